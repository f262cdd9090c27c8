//! What the names of calls and things tell, by the lists of words of the check.

use crate::rules::CheckRule;

/// Whether `name`, or one of its parts (`send` of `send_all`, `sendAll` and `asend`), is in a list of the rule.
pub(crate) fn has_part(rule: &CheckRule, list: &str, name: &str) -> bool {
    rule.has_word(list, name) || parts(name).iter().any(|part| has_twin(rule, list, part))
}

/// Whether a call of this name says that it only reads: its verb does.
pub(crate) fn is_reading(rule: &CheckRule, name: &str) -> bool {
    has_verb(rule, "reading", name)
}

/// Whether the first word of a name that says something is in a list of the rule.
pub(crate) fn has_verb(rule: &CheckRule, list: &str, name: &str) -> bool {
    let parts = parts(name);
    let verb = parts.iter().find(|part| !rule.has_word("prefixes", part));
    verb.is_some_and(|verb| has_twin(rule, list, verb))
}

/// Whether a thing of this name does one thing at a time, by its last part: `conn` of `self.my_conn`.
pub(crate) fn is_single(rule: &CheckRule, name: &str) -> bool {
    rule.has_word("single", name) || parts(name).last().is_some_and(|part| rule.has_word("single", part))
}

/// Whether a word, or the one whose async twin it is (`get` of `aget`), is in a list of the rule.
fn has_twin(rule: &CheckRule, list: &str, part: &str) -> bool {
    let is_twin = || part.strip_prefix('a').is_some_and(|rest| rule.has_word(list, rest));
    // `async` is no twin of `sync`.
    rule.has_word(list, part) || (!rule.has_word("prefixes", part) && is_twin())
}

/// The parts of a name in small letters: `get`, `item` and `s` of `_get_items` are `get` and `items`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_small = false;
    for character in name.chars() {
        let starts = character == '_' || (character.is_uppercase() && was_small);
        if starts && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (character != '_', parts.last_mut()) {
            part.extend(character.to_lowercase());
        }
        was_small = character.is_lowercase();
    }
    parts
}

#[cfg(test)]
mod tests {
    use crate::check::await_in_loop::names::{has_part, is_reading, parts};
    use crate::rules::Knowledge;

    #[test]
    fn names_come_apart_at_underscores_and_capitals() {
        assert_eq!(parts("_async_get_Item"), ["async", "get", "item"]);
        assert_eq!(parts("getItemVariables"), ["get", "item", "variables"]);
        assert_eq!(parts("URL"), ["url"]);
    }

    #[test]
    fn the_verb_comes_first() {
        let rule = Knowledge::embedded().check("AS201").unwrap();
        for name in ["get", "aget", "async_get_item", "_fetchAll", "list_users"] {
            assert!(is_reading(rule, name), "{name}");
        }
        for name in ["update_list", "item_get", "step", "is_set", "_"] {
            assert!(!is_reading(rule, name), "{name}");
        }
        assert!(has_part(rule, "ordered", "async_get_or_create"));
        assert!(has_part(rule, "ordered", "adelete"));
        assert!(!has_part(rule, "ordered", "async_get"));
    }
}
