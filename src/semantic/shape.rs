//! What stays of a file's facts when text only moves or comments change.

use crate::semantic::facts::ModuleFacts;
use crate::text::TextRange;

impl ModuleFacts {
    /// The same facts without their positions in the text, comments and syntax errors: all that resolution
    /// depends on. Two files that agree in it resolve alike, whatever else stands in them.
    #[must_use]
    pub fn without_positions(&self) -> Self {
        let mut facts = self.clone();
        let nowhere = TextRange::default();
        facts.value_ranges = facts.value_ranges.iter().map(|_| nowhere).collect();
        for site in &mut facts.sites {
            site.range = nowhere;
        }
        for store in &mut facts.stores {
            store.range = nowhere;
        }
        for statement in &mut facts.statements {
            statement.range = nowhere;
        }
        for definition in &mut facts.definitions {
            definition.range = nowhere;
        }
        for import in &mut facts.imports {
            import.range = nowhere;
        }
        for class in &mut facts.classes {
            (class.range, class.name_range) = (nowhere, nowhere);
        }
        for function in &mut facts.functions {
            (function.range, function.name_range) = (nowhere, nowhere);
            for parameter in &mut function.parameters {
                parameter.range = nowhere;
            }
        }
        facts.suppressions.clear();
        facts.problems.clear();
        (facts.text_len, facts.lines) = (0, 0);
        facts
    }
}

#[cfg(test)]
mod tests {
    use crate::semantic::{ModuleFacts, lower};
    use crate::syntax::parse;

    fn shape(text: &str) -> ModuleFacts {
        lower(&parse(text), text).without_positions()
    }

    #[test]
    fn comments_blanks_and_docstrings_do_not_count() {
        let text =
            "def f(a, b=1):\n    \"\"\"Says.\"\"\"\n    return a.b(b)[0]\nclass C:\n    x: int = f(1)\n";
        let other = "# first\n\ndef f(a,  b = 1):  # noqa: AS101\n    'Says otherwise.'\n\n    return a.b( b )[0]\n\nclass C:\n    x: int = f(\n        1)\n";
        assert_eq!(shape(text), shape(other));
    }

    #[test]
    fn code_counts() {
        let text = "import a\ndef f(): return a.b(1)\n";
        for other in [
            "import c\ndef f(): return a.b(1)\n",
            "import a\ndef f(): return a.c(1)\n",
            "import a\ndef f(): return a.b(2)\n",
        ] {
            assert_ne!(shape(text), shape(other), "{other}");
        }
    }
}
