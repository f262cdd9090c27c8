//! Names of distributions.

/// A distribution's name as indexes compare it (<https://peps.python.org/pep-0503/#normalized-names>).
pub fn normalized(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !result.is_empty() {
            result.push('-');
        }
        result.push_str(&part.to_lowercase());
    }
    result
}

#[cfg(test)]
mod tests {
    use crate::base::normalized;

    #[test]
    fn names_are_compared_without_their_separators() {
        assert_eq!(normalized("A--b_.C"), "a-b-c");
    }
}
