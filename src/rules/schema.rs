//! JSON schemas of rule files (<https://json-schema.org/draft/2020-12>), made from the types that read them.

use serde_json::{Map, Value};

use crate::rules::raw::RawFile;

/// The schema of a library's rule file.
pub fn library_schema() -> Value {
    part("asyncshift: a library's rules", "library", &|key| key != "check")
}

/// The schema of the file with a check's words.
pub fn check_schema() -> Value {
    part("asyncshift: a check's words", "check", &|key| key == "check")
}

/// The part of the schema of all rule files that one kind of file uses; `required` is its head.
fn part(title: &str, required: &str, keeps: &dyn Fn(&str) -> bool) -> Value {
    let mut schema = schemars::schema_for!(RawFile).to_value();
    let Some(object) = schema.as_object_mut() else { return schema };
    object.insert("title".to_owned(), title.into());
    object.insert("required".to_owned(), vec![required].into());
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|key, _| keeps(key));
        // A head that is there is a table.
        if let Some(head) = properties.get_mut(required) {
            *head = whole(head);
        }
    }
    keep_used_definitions(object);
    with_plain_names(&schema)
}

/// The types that read the files are called as what they read, with a prefix that means nothing to anybody else.
fn with_plain_names(schema: &Value) -> Value {
    let text = schema.to_string().replace("\"#/$defs/Raw", "\"#/$defs/").replace("\"Raw", "\"");
    serde_json::from_str(&text).unwrap_or_else(|_| schema.clone())
}

/// The alternative of an optional value that is not `null`.
fn whole(value: &Value) -> Value {
    let is_null = |part: &&Value| part["type"] == "null";
    let alternatives = value["anyOf"].as_array().into_iter().flatten();
    alternatives.clone().find(|part| !is_null(part)).unwrap_or(value).clone()
}

/// Leaves out definitions that nothing refers to.
fn keep_used_definitions(schema: &mut Map<String, Value>) {
    loop {
        let text = serde_json::to_string(&schema).unwrap_or_default();
        let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) else { return };
        let before = definitions.len();
        definitions.retain(|name, _| text.contains(&format!("\"#/$defs/{name}\"")));
        if definitions.len() == before {
            return;
        }
    }
}
