//! Fingerprints as other programs keep them: a short text that no two findings of a report share.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::report::place::LintView;

/// One digest a finding, in their order: 32 hexadecimal digits of its fingerprint. What belongs to no function is known by
/// its file as well, and of several with one fingerprint the second and later ones by their number.
pub(crate) fn digests(view: &LintView<'_>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let digest = |finding: &crate::check::Finding| {
        let mut text = finding.fingerprint();
        if finding.holder().is_empty() {
            text.push(' ');
            text.push_str(view.base.path((view.file)(finding.file).path).as_str());
        }
        let count = seen.entry(text.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let _ = write!(text, " {count}");
        }
        hexadecimal(&text)
    };
    view.findings.iter().map(digest).collect()
}

/// FNV-1a of 128 bits: the same on every machine and in every version, and nothing here needs more.
fn hexadecimal(text: &str) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = text.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use crate::report::digest::{digests, hexadecimal};
    use crate::report::testing::with_view;

    #[test]
    fn known_values() {
        assert_eq!(hexadecimal(""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(hexadecimal("a"), "d228cb696f1a8caf78912b704e4a8964");
    }

    #[test]
    fn no_two_are_equal() {
        let all = with_view(digests);
        let mut unique = all.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), all.len());
    }
}
