//! Extended and added imports.

use crate::harness::Do::{Convert, Extend, ExtendAs, From, Import};
use crate::harness::{Case, Do, apply, check_all};

fn extend(before: &str, steps: &[Do], after: &str) {
    assert_eq!(apply(before, steps, (3, 12)), Ok(after.to_owned()));
}

#[test]
fn one_line() {
    let f = [Extend("f", "async_f")];
    extend("from m import f\n", &f, "from m import f, async_f\n");
    extend("from m import f  # c\n", &f, "from m import f, async_f  # c\n");
    extend("from m import f, g; x = 1", &f, "from m import f, async_f, g; x = 1");
    extend("from m import f, \\\n    g\n", &f, "from m import f, async_f, \\\n    g\n");
    extend("from m import g, \\\n    f\n", &f, "from m import g, \\\n    f, async_f\n");
    extend("from m import (f)\n", &f, "from m import (f, async_f)\n");
    extend("from m import (f, )\n", &f, "from m import (f, async_f, )\n");
    extend(
        "from m import f as h\n",
        &[ExtendAs("f as h", "async_f", "async_h")],
        "from m import f as h, async_f as async_h\n",
    );
}

#[test]
fn one_name_per_line() {
    let f = [Extend("f", "async_f")];
    extend(
        "from m import (\n    f,  # c\n    g,\n)\n",
        &f,
        "from m import (\n    f,  # c\n    async_f,\n    g,\n)\n",
    );
    extend("from m import (\r\n\tf\r\n)\r\n", &f, "from m import (\r\n\tf,\r\n\tasync_f\r\n)\r\n");
    extend("from m import (\n    f  # c\n)\n", &f, "from m import (\n    f,  # c\n    async_f\n)\n");
    extend(
        "from m import (g,\n               f)\n",
        &f,
        "from m import (g,\n               f,\n               async_f)\n",
    );
    extend("from m import (\n    f, g,\n)\n", &f, "from m import (\n    f, async_f, g,\n)\n");
    extend("from m import (\n    g, f,\n)\n", &f, "from m import (\n    g, f, async_f,\n)\n");
    extend(
        "from m import (\n    f,\n)\n",
        &[Extend("f", "a"), Extend("f", "b")],
        "from m import (\n    f,\n    a,\n    b,\n)\n",
    );
    extend(
        "from m import (\n    f  # c\n)\n",
        &[Extend("f", "a"), Extend("f", "b")],
        "from m import (\n    f,  # c\n    a,\n    b\n)\n",
    );
}

#[test]
fn no_name_twice() {
    extend("from m import f, async_f\n", &[Extend("f", "async_f")], "from m import f, async_f\n");
    extend(
        "from m import f, g\n",
        &[Extend("f", "async_f"), Extend("g", "async_f"), From("m", "async_f")],
        "from m import f, async_f, g\n",
    );
}

#[test]
fn with_conversions() {
    check_all(&[
        Case {
            before: "def f(): pass\n",
            steps: &[Convert("f"), Import("asyncio"), From("._asyncshift", "sync")],
            after: "import asyncio\n\nfrom ._asyncshift import sync\n\n\nasync def async_f(): pass\n\n\nf = sync(async_f)\n",
        },
        Case {
            before: "from m import f",
            steps: &[Extend("f", "async_f"), From("m", "g"), From("._asyncshift", "sync"), From("a", "b")],
            after: "from m import f, async_f, g\nfrom a import b\n\nfrom ._asyncshift import sync",
        },
    ]);
}
