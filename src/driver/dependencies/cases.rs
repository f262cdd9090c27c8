//! What is told of small projects.

use crate::driver::dependencies::testing::{found, lines};

#[test]
fn calls_and_the_async_functions_that_reach_them_are_counted() {
    let code = "import asyncio, acme\n\
        def load():\n    return acme.get()\n\
        async def one():\n    load()\n\
        async def two():\n    acme.save()\n    acme.get()\n\
        async def free():\n    await asyncio.to_thread(load)\n    await one()\n";
    let test = "import acme\nasync def test_it():\n    acme.get()\n";
    assert_eq!(
        lines(&[("app.py", code), ("test_app.py", test)]),
        [
            "acme - 1+1: blocks: 3 calls (network 2, disk 1), reached from 2 async functions; beta >=2: 2 review, 1 none; threads: 2 yes, 1 never"
        ]
    );
    let blocking = &found(&[("app.py", code), ("test_app.py", test)]).libraries[0].blocking;
    assert_eq!(blocking.async_functions, ["app.one", "app.two"]);
    assert_eq!(blocking.test_calls, 1);
    let spots: Vec<u32> = blocking.callees[0].spots.iter().map(|spot| spot.line).collect();
    assert_eq!((blocking.callees[0].name.as_str(), spots), ("acme.get", vec![3, 8]));
}

#[test]
fn modules_find_their_distributions() {
    let code = "import acme, dotted, yamlish.sub, lone, space.tool\n";
    let requirements = "acme_client>=1\npython-dotted\nPyYamlish==3\nspace-tool\nunused\n";
    assert_eq!(
        lines(&[("app.py", code), ("requirements.txt", requirements)]),
        [
            "acme >=1 1+0: does not block here",
            "lone - 1+0: no rules",
            "python-dotted any 1+0: no rules",
            "pyyamlish ==3 1+0: no rules",
            "space-tool any 1+0: no rules",
            "unused any 0+0: no rules",
        ]
    );
}

#[test]
fn locks_give_the_version_and_need_nothing() {
    let lock = "[[package]]\nname = 'calm'\nversion = '1.2'\n[[package]]\nname = 'far'\nversion = '9'\n";
    assert_eq!(
        lines(&[("app.py", "import calm\n"), ("requirements.txt", "calm>1\n"), ("uv.lock", lock)]),
        ["calm 1.2 1+0: never blocks"]
    );
}

#[test]
fn versions_that_depend_on_the_environment_are_all_told() {
    let requirements = "calm>1\ncalm==2; python_version < '3.9'\ncalm==3; python_version >= '3.9'\n";
    assert_eq!(
        lines(&[("app.py", "import calm\n"), ("requirements.txt", requirements)]),
        ["calm ==2 or ==3 1+0: never blocks"]
    );
}

#[test]
fn optional_imports_and_those_for_types_are_told_apart() {
    let code = "from typing import TYPE_CHECKING\n\
        if TYPE_CHECKING:\n    import typed\n\
        try:\n    import fast\nexcept ImportError:\n    import slow\n\
        try:\n    import plain\nfinally:\n    pass\n";
    assert_eq!(
        lines(&[("app.py", code)]),
        [
            "fast - 1+0 optional: no rules",
            "plain - 1+0: no rules",
            "slow - 1+0 optional: no rules",
            "typed - 1+0 types optional: no rules",
        ]
    );
}

#[test]
fn a_setup_script_is_read_and_not_run() {
    let script = "from setuptools import setup\nneeds = ['acme-client>=1']\n\
        setup(name='mine', install_requires=needs, extras_require={'x': ['calm', 'mine[y]']}, tests_require=f())\n";
    let found = found(&[("setup.py", script)]);
    let declared: Vec<String> = found
        .libraries
        .iter()
        .flat_map(|library| &library.declarations)
        .map(|declared| {
            format!("{} {} {}:{}", declared.distribution, declared.group, declared.file, declared.line)
        })
        .collect();
    assert_eq!(declared, ["acme-client main setup.py:2", "calm extra x setup.py:3"]);
    assert_eq!(found.manifests, ["pyproject.toml", "setup.py"]);
}

#[test]
fn own_modules_are_no_libraries() {
    let files = [
        ("app.py", "import store, urllib2, _helper\nfrom store import generated\nimport app.missing\n"),
        ("store.py", ""),
    ];
    assert_eq!(lines(&files), ["_helper - 1+0: no rules"]);
}

#[test]
fn the_standard_library_is_apart() {
    let found = found(&[("app.py", "import time\ntime.sleep(1)\n")]);
    assert!(found.libraries.is_empty());
    assert_eq!(
        found.standard.sentence(),
        "blocks: 1 call (sleep), not reached from async functions; its async side: 1 drop-in; threads: all"
    );
}
