//! Templates of rule files, taken apart.

/// Stands for the arguments of a call.
const ARGUMENTS: &str = "...";

/// Stands for the expression whose member is meant.
const OPERAND: &str = "{}";

const AWAIT: &str = "await ";

/// What stands around an expression, and around its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// Whether the whole is awaited.
    pub(super) is_awaited: bool,
    /// What comes first.
    pub(super) before: &'a str,
    /// Whether the operand stays; then the last of `before` is followed by it.
    pub(super) has_operand: bool,
    /// What replaces the last identifier, or the whole callee when there is no operand.
    pub(super) name: &'a str,
    /// What comes last, after the arguments and their bracket if there are any.
    pub(super) after: &'a str,
    /// Whether arguments stay.
    pub(super) has_arguments: bool,
}

impl<'a> Parts<'a> {
    /// Takes a template apart.
    pub(super) fn of(template: &'a str) -> Self {
        let is_awaited = template.starts_with(AWAIT);
        let text = template.strip_prefix(AWAIT).unwrap_or(template);
        let (head, after, has_arguments) = match text.split_once(ARGUMENTS) {
            Some((head, after)) => {
                (head.strip_suffix('(').unwrap_or(head), after.strip_prefix(')').unwrap_or(after), true)
            }
            None => (text, "", false),
        };
        let Some((before, rest)) = head.split_once(OPERAND) else {
            return Self { is_awaited, before: "", has_operand: false, name: head, after, has_arguments };
        };
        let rest_name = rest.strip_prefix('.').unwrap_or("");
        let end = rest_name.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let name = &rest_name[..end.unwrap_or(rest_name.len())];
        let tail = if name.is_empty() { rest } else { &rest_name[name.len()..] };
        let after = if has_arguments { after } else { tail };
        Self { is_awaited, before, has_operand: true, name, after, has_arguments }
    }
}

/// Whether the code of a template must stand in a coroutine function.
pub(super) fn needs_async(template: &str) -> bool {
    template.contains(AWAIT) || template.starts_with("async ")
}

#[cfg(test)]
mod tests {
    use crate::plan::replace::template::Parts;

    fn check(template: &str, expected: (bool, &str, bool, &str, &str, bool)) {
        let parts = Parts::of(template);
        let found =
            (parts.is_awaited, parts.before, parts.has_operand, parts.name, parts.after, parts.has_arguments);
        assert_eq!(found, expected, "{template}");
    }

    #[test]
    fn parts_of_templates() {
        check("await {}.get(...)", (true, "", true, "get", "", true));
        check("read({}.get(...), 1)", (false, "read(", true, "get", ", 1)", true));
        check("await f().get(...)", (true, "", false, "f().get", "", true));
        check("str({}.url)", (false, "str(", true, "url", ")", false));
        check("await {}.text()", (true, "", true, "text", "()", false));
        check("a.B", (false, "", false, "a.B", "", false));
        check("{}.a.b", (false, "", true, "a", ".b", false));
    }
}
