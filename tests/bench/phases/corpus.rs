//! Writes Python programs of any size: modules of classes and functions that import each other.

/// As many modules as asked for, by name and text; always the same.
pub(crate) fn corpus(modules: usize) -> Vec<(String, String)> {
    (0..modules).map(|number| (format!("part{number}"), module(number))).collect()
}

#[allow(clippy::format_push_string, reason = "speed of making the input does not count")]
/// About 150 lines. A module calls the two before it and inherits from one of them, so that chains are long.
fn module(number: usize) -> String {
    let mut text = String::from("import json\nimport time\nimport subprocess\nimport asyncio\n\n");
    let before = number.checked_sub(1).filter(|_| !number.is_multiple_of(10));
    let base = match before {
        Some(before) => {
            text.push_str(&format!(
                "from part{before} import Store{before}, load{before}_0, dispatch{before}\n"
            ));
            format!("Store{before}")
        }
        None => "object".to_owned(),
    };
    text.push_str(&class(number, &base, before.is_some()));
    for index in 0..8 {
        text.push_str(&function(number, index, before));
    }
    text.push_str(&format!(
        "\nHANDLERS = {{'a': load{number}_1, 'b': load{number}_2, 'c': lambda path: load{number}_3(path)}}\n\n\n\
         def dispatch{number}(name, *rest, **more):\n    handler = HANDLERS.get(name, load{number}_0)\n    \
         return [handler(item, **more) for item in rest]\n\n\n\
         async def serve{number}(queue):\n    async for item in queue:\n        \
         store = Store{number}(item)\n        with store as opened:\n            \
         await asyncio.sleep(opened.delay)\n            dispatch{number}('a', store.read(), item)\n"
    ));
    text
}

fn class(number: usize, base: &str, has_base: bool) -> String {
    let initialise = if has_base { "super().__init__(path)" } else { "self.path = path" };
    let inherited = if has_base { "super().read()" } else { "self.path" };
    format!(
        "\n\nclass Store{number}({base}):\n    \"\"\"Keeps things.\"\"\"\n\n    delay = {number}\n\n    \
         def __init__(self, path, transform=None):\n        {initialise}\n        \
         self.transform = transform or json.loads\n        self.cache = {{}}\n\n    \
         def __enter__(self):\n        return self\n\n    def __exit__(self, *error):\n        self.close()\n\n    \
         def read(self):\n        key = {inherited}\n        if key not in self.cache:\n            \
         with open(str(key)) as file:\n                self.cache[key] = self.transform(file.read())\n        \
         return self.cache[key]\n\n    def close(self):\n        for key, value in self.cache.items():\n            \
         self.write(key, value)\n\n    def write(self, key, value):\n        \
         subprocess.run(['store', str(key)], input=json.dumps(value), check=True)\n\n    \
         @property\n    def size(self):\n        return sum(len(item) for item in self.cache.values())\n\n    \
         @classmethod\n    def create(cls, path):\n        store = cls(path)\n        store.read()\n        return store\n"
    )
}

fn function(number: usize, index: usize, before: Option<usize>) -> String {
    let next = (index + 1) % 8;
    let far = before.map_or("None".to_owned(), |before| format!("load{before}_0(path)"));
    format!(
        "\n\ndef load{number}_{index}(path, attempts=3, callback=None):\n    \
         result, errors = None, []\n    for attempt in range(attempts):\n        try:\n            \
         store = Store{number}.create(path)\n            result = store.read() or {far}\n        \
         except (OSError, ValueError) as error:\n            errors.append((attempt, error))\n            \
         time.sleep(0.1 * attempt)\n        else:\n            break\n    \
         if callback is not None and attempts > {index}:\n        \
         callback(load{number}_{next}(path, attempts - 1, callback))\n    return result, errors\n"
    )
}
