//! The keys of the configuration, each read into its setting.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::{
    Affix, ConversionMode, ConversionSettings, Leaf, LeafKind, Level, NamingSettings, OffloadPolicy, Scope,
    Settings, Version,
};
use crate::io::config_error::{ConfigError, Expected};
use crate::io::config_value::{ConfigText, Table, Value};

/// All keys, in the order in which the documentation lists them.
const KEYS: [&str; 24] = [
    "select",
    "extend-select",
    "ignore",
    "per-file-ignores",
    "levels",
    "fail-on",
    "baseline",
    "scope",
    "exclude",
    "source-roots",
    "src",
    "target-version",
    "naming",
    "rules",
    "blocking",
    "not-blocking",
    "prefer",
    "leaf",
    "fix",
    "follow-imports",
    "python",
    "environment",
    "cache-dir",
    "jobs",
];

/// Reads the whole table.
pub(crate) fn read_settings(file: &ConfigText<'_>, table: &Table<'_>) -> Result<Settings, ConfigError> {
    table.check_keys(&KEYS)?;
    let strings = |key| table.get(key).map_or_else(|| Ok(Vec::new()), |value| value.strings());
    let mut settings = Settings {
        exclude: strings("exclude")?,
        source_roots: match either(file, table, "source-roots", "src")? {
            Some(roots) => roots.strings()?,
            None => Vec::new(),
        },
        python: either(file, table, "python", "environment")?
            .map(|path| path.non_empty().map(PathBuf::from))
            .transpose()?,
        rules: strings("rules")?.into_iter().map(PathBuf::from).collect(),
        blocking: strings("blocking")?,
        not_blocking: strings("not-blocking")?,
        ..Settings::default()
    };
    settings.selection.select = table.get("select").map(|value| value.strings()).transpose()?;
    settings.selection.extend_select = strings("extend-select")?;
    settings.selection.ignore = strings("ignore")?;
    settings.target_version = table.get("target-version").map(|value| read_version(&value)).transpose()?;
    if let Some(follow) = table.get("follow-imports") {
        settings.follow_imports = follow.boolean()?;
    }
    if let Some(folder) = table.get("cache-dir") {
        settings.cache_dir = Some(PathBuf::from(folder.non_empty()?));
    }
    settings.jobs = table.get("jobs").map(|value| value.positive_integer()).transpose()?;
    if let Some(naming) = table.get("naming") {
        settings.naming = read_naming(&naming.table()?)?;
    }
    if let Some(prefer) = table.get("prefer") {
        for (role, library) in prefer.table()?.entries() {
            settings.prefer.insert(role.to_owned(), library.non_empty()?);
        }
    }
    if let Some(levels) = table.get("levels") {
        for (check, level) in levels.table()?.entries() {
            settings.levels.push((check.to_owned(), read_level(&level)?));
        }
    }
    if let Some(least) = table.get("fail-on") {
        settings.fail_on = read_level(&least)?;
    }
    if let Some(baseline) = table.get("baseline") {
        settings.baseline = Some(PathBuf::from(baseline.non_empty()?));
    }
    if let Some(scope) = table.get("scope") {
        settings.scope = read_scope(&scope)?;
    }
    if let Some(ignores) = table.get("per-file-ignores") {
        settings.per_file_ignores = read_lists(&ignores.table()?)?;
    }
    if let Some(fix) = table.get("fix") {
        settings.conversion = read_conversion(&fix.table()?)?;
    }
    if let Some(leaves) = table.get("leaf") {
        settings.leaves = leaves.tables()?.iter().map(read_leaf).collect::<Result<_, _>>()?;
    }
    Ok(settings)
}

/// The lowest version that a `requires-python` such as `>=3.9,<4` allows.
pub(crate) fn lowest_version(requires_python: &str) -> Option<(u8, u8)> {
    Version::lowest(requires_python)?.major_minor()
}

/// The value of a key that has two names.
fn either<'a>(
    file: &ConfigText<'_>,
    table: &Table<'a>,
    key: &'static str,
    alias: &'static str,
) -> Result<Option<Value<'a>>, ConfigError> {
    match (table.get(key), table.get(alias)) {
        (Some(value), Some(other)) => Err(ConfigError::SetTwice {
            path: file.path.to_owned(),
            line: value.line().max(other.line()),
            key,
            alias,
        }),
        (value, other) => Ok(value.or(other)),
    }
}

fn read_version(value: &Value<'_>) -> Result<(u8, u8), ConfigError> {
    let text = value.string()?;
    let version = match text.strip_prefix("py3") {
        Some(minor) if minor.bytes().all(|byte| byte.is_ascii_digit()) => {
            minor.parse().ok().map(|minor| (3, minor))
        }
        None if text.split('.').count() == 2 => parse_dotted(text),
        Some(_) | None => None,
    };
    let version = version.filter(|&(major, _)| major == 3);
    version.ok_or_else(|| value.wrong_value(Expected::Version, text))
}

/// Major and minor of `3.9`, `3.9.1`, `3.9.*` or `3`.
fn parse_dotted(version: &str) -> Option<(u8, u8)> {
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = match parts.next() {
        None | Some("*") => 0,
        Some(minor) => minor.parse().ok()?,
    };
    Some((major, minor))
}

fn read_naming(table: &Table<'_>) -> Result<NamingSettings, ConfigError> {
    table.check_keys(&["prefix", "suffix", "allow"])?;
    let (prefix, suffix) = (table.get("prefix"), table.get("suffix"));
    let given = |value: &Option<Value<'_>>| {
        let text = value.as_ref().map(Value::string).transpose();
        text.map(|text| text.unwrap_or_default().to_owned())
    };
    let affix = match (given(&prefix)?, given(&suffix)?, &prefix, &suffix) {
        (text, _, Some(prefix), _) if !is_part_of_name(&text, true) => {
            return Err(prefix.wrong_value(Expected::NamePrefix, &text));
        }
        (_, text, _, Some(suffix)) if !is_part_of_name(&text, false) => {
            return Err(suffix.wrong_value(Expected::NameSuffix, &text));
        }
        (before, after, _, Some(suffix)) if !before.is_empty() && !after.is_empty() => {
            return Err(suffix.wrong_value(Expected::NothingBesidePrefix, &after));
        }
        (_, after, _, _) if !after.is_empty() => Affix::Suffix(after),
        (before, _, _, _) if !before.is_empty() => Affix::Prefix(before),
        (_, _, Some(_), _) => Affix::None,
        (_, _, None, _) => Affix::default(),
    };
    Ok(NamingSettings {
        affix,
        is_chosen: prefix.is_some() || suffix.is_some(),
        allow: table.get("allow").map_or_else(|| Ok(Vec::new()), |allow| allow.strings())?,
    })
}

/// Whether a name can begin with a text, or else end with it; it can with none.
fn is_part_of_name(text: &str, is_first: bool) -> bool {
    let begins_well = !is_first || !text.starts_with(char::is_numeric);
    begins_well && text.chars().all(|character| character == '_' || character.is_alphanumeric())
}

fn read_level(value: &Value<'_>) -> Result<Level, ConfigError> {
    let word = value.string()?;
    word.parse().map_err(|()| value.wrong_value(Expected::Level, word))
}

fn read_scope(value: &Value<'_>) -> Result<Scope, ConfigError> {
    match value.string()? {
        "loop" => Ok(Scope::Loop),
        "all" => Ok(Scope::All),
        other => Err(value.wrong_value(Expected::Scope, other)),
    }
}

fn read_conversion(table: &Table<'_>) -> Result<ConversionSettings, ConfigError> {
    table.check_keys(&["mode", "closed-world", "offload", "unsafe-fixes", "disk"])?;
    let is_on = |key| table.get(key).map_or(Ok(false), |value| value.boolean());
    Ok(ConversionSettings {
        mode: table.get("mode").map_or_else(|| Ok(ConversionMode::default()), |mode| read_mode(&mode))?,
        closed_world: is_on("closed-world")?,
        offload: table
            .get("offload")
            .map_or_else(|| Ok(OffloadPolicy::default()), |offload| read_offload(&offload))?,
        unsafe_fixes: is_on("unsafe-fixes")?,
        disk: is_on("disk")?,
    })
}

fn read_mode(value: &Value<'_>) -> Result<ConversionMode, ConfigError> {
    match value.string()? {
        "wrapper" => Ok(ConversionMode::Wrapper),
        "in-place" => Ok(ConversionMode::InPlace),
        "twin" => Ok(ConversionMode::Twin),
        other => Err(value.wrong_value(Expected::Mode, other)),
    }
}

fn read_offload(value: &Value<'_>) -> Result<OffloadPolicy, ConfigError> {
    match value.string()? {
        "fallback" => Ok(OffloadPolicy::Fallback),
        "never" => Ok(OffloadPolicy::Never),
        "always" => Ok(OffloadPolicy::Always),
        other => Err(value.wrong_value(Expected::Offload, other)),
    }
}

fn read_lists(table: &Table<'_>) -> Result<BTreeMap<String, Vec<String>>, ConfigError> {
    table.entries().map(|(pattern, codes)| Ok((pattern.to_owned(), codes.strings()?))).collect()
}

fn read_leaf(table: &Table<'_>) -> Result<Leaf, ConfigError> {
    table.check_keys(&["kind", "call", "async"])?;
    let kind = table.require("kind")?;
    let kind = match kind.string()? {
        "await" => LeafKind::Await,
        "with" => LeafKind::With,
        "for" => LeafKind::For,
        other => return Err(kind.wrong_value(Expected::LeafKind, other)),
    };
    let call = table.require("call")?.non_empty()?;
    let replacement = table.require("async")?.non_empty()?;
    Ok(Leaf { kind, call, replacement })
}

#[cfg(test)]
mod tests {
    use crate::io::settings_table::lowest_version;

    #[test]
    fn lower_bounds_of_requires_python() {
        for (text, expected) in [
            (">=3.9", Some((3, 9))),
            (" >= 3.10.2 , < 4", Some((3, 10))),
            ("~=3.8", Some((3, 8))),
            ("==3.11.*", Some((3, 11))),
            (">=3", Some((3, 0))),
            (">=3.7,>=3.9,!=3.9.1", Some((3, 9))),
            ("<4", None),
            ("nonsense", None),
        ] {
            assert_eq!(lowest_version(text), expected, "{text}");
        }
    }
}
