//! What stays of a finding when lines move and code between its ends changes: by this a later run knows it again.

use crate::check::finding::{Finding, Place};

/// Stands for what a finding does not have.
const NOTHING: &str = "-";

impl Finding {
    /// The check, what the finding is about, and the function that holds it, such as `AS104 open app.util.load`: three
    /// words without white space inside. Neither lines nor the hops in between enter.
    pub fn fingerprint(&self) -> String {
        format!("{} {} {}", self.code, word(&self.subject), word(self.holder()))
    }

    /// The fingerprint and the async root of one place, such as `AS104 open app.util.load app.web.handle`.
    pub fn key(&self, place: &Place) -> String {
        format!("{} {}", self.fingerprint(), word(place.function.as_deref().unwrap_or_default()))
    }
}

/// The text as one word of a line.
fn word(text: &str) -> String {
    if text.is_empty() {
        return NOTHING.to_owned();
    }
    let is_gap = |character: char| character.is_whitespace() || character.is_control();
    text.chars().map(|character| if is_gap(character) { '_' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::{Finding, FindingBuilder, Hop, Spot};
    use crate::rules::{Knowledge, Placeholder};
    use crate::text::TextRange;

    fn finding(start: u32, between: &str) -> Finding {
        let rule = Knowledge::embedded().check("AS104").unwrap();
        let range = TextRange::new(start, start + 4);
        let hop = |label: &str, function: &str| Hop {
            file: 0,
            range,
            label: label.to_owned(),
            function: function.to_owned(),
            is_plain: true,
        };
        FindingBuilder::new(rule, 0, Spot::Text(range))
            .value(Placeholder::Callee, "open")
            .value(Placeholder::Category, "disk")
            .function("app.web.handle".to_owned())
            .chain(vec![
                hop(between, "app.web.handle"),
                hop("app.util.load", between),
                hop("open", "app.util.load"),
            ])
            .finish()
    }

    #[test]
    fn lines_and_hops_do_not_enter() {
        let first = finding(4, "app.util.between");
        assert_eq!(first.fingerprint(), "AS104 open app.util.load");
        assert_eq!(first.key(&first.place()), "AS104 open app.util.load app.web.handle");
        let moved = finding(90, "app.util.renamed");
        assert_eq!(first.key(&first.place()), moved.key(&moved.place()));
    }

    #[test]
    fn each_part_is_one_word() {
        let rule = Knowledge::embedded().check("AS003").unwrap();
        let finding =
            FindingBuilder::new(rule, 0, Spot::Line(1)).value(Placeholder::Path, "a folder/b\n.py").finish();
        assert_eq!(finding.fingerprint(), "AS003 a_folder/b_.py -");
        assert_eq!(finding.key(&finding.place()), "AS003 a_folder/b_.py - -");
    }
}
