//! Converted functions and their wrappers.

use crate::harness::Do::{Await, Convert, InPlace, Rename};
use crate::harness::{Case, check_all};

#[test]
fn module_level() {
    check_all(&[
        Case {
            before: "@deco\n# c\ndef f(x): return 1\n\n\ny = 2\n",
            steps: &[Convert("f")],
            after: "@deco\n# c\nasync def async_f(x): return 1\n\n\nf = sync(async_f)\n\n\ny = 2\n",
        },
        Case {
            before: "def f():\n    return 1;  # c\n",
            steps: &[Convert("f")],
            after: "async def async_f():\n    return 1;  # c\n\n\nf = sync(async_f)\n",
        },
        Case {
            before: "def f(): return g().x",
            steps: &[Convert("f"), Rename("g()", "async_g")],
            after: "async def async_f(): return (await async_g()).x\n\n\nf = sync(async_f)",
        },
        Case {
            before: "def f(): return g()  # c",
            steps: &[Convert("f"), Await("g()")],
            after: "async def async_f(): return await g()  # c\n\n\nf = sync(async_f)",
        },
        Case {
            before: "def f():\r\n    pass\r\n\r\nx = 1\r\n",
            steps: &[Convert("f")],
            after: "async def async_f():\r\n    pass\r\n\r\n\r\nf = sync(async_f)\r\n\r\nx = 1\r\n",
        },
        Case {
            before: "\x0cdef f():\n    '''a\nb'''\n",
            steps: &[Convert("f")],
            after: "\x0casync def async_f():\n    '''a\nb'''\n\n\nf = sync(async_f)\n",
        },
        Case {
            before: "def f[T](x: T) -> T:\n    return x\n",
            steps: &[InPlace("f")],
            after: "async def f[T](x: T) -> T:\n    return x\n",
        },
    ]);
}

#[test]
fn comments_after_the_body() {
    check_all(&[
        Case {
            before: "def f():\n    if x:\n        pass\n  # of f\n\n    # also\n# of g\ndef g(): pass\n",
            steps: &[Convert("f")],
            after: "async def async_f():\n    if x:\n        pass\n  # of f\n\n    # also\n\n\nf = sync(async_f)\n# of g\ndef g(): pass\n",
        },
        Case {
            before: "def f():\n    pass\n    # end",
            steps: &[Convert("f")],
            after: "async def async_f():\n    pass\n    # end\n\n\nf = sync(async_f)",
        },
        Case {
            before: "class A:\n    def f(self):\n        pass\n        # of f\n\n    # of g\n    def g(self): pass\n",
            steps: &[Convert("f")],
            after: "class A:\n    async def async_f(self):\n        pass\n        # of f\n\n    f = sync(async_f)\n\n    # of g\n    def g(self): pass\n",
        },
    ]);
}

#[test]
fn nested() {
    check_all(&[
        Case {
            before: "class A:\n\tdef f(self):\n\t\treturn 1\n\n\tx = 2\n",
            steps: &[Convert("f")],
            after: "class A:\n\tasync def async_f(self):\n\t\treturn 1\n\n\tf = sync(async_f)\n\n\tx = 2\n",
        },
        Case {
            before: "def f():\n    def g():\n        pass\n",
            steps: &[Convert("f"), Convert("g")],
            after: "async def async_f():\n    async def async_g():\n        pass\n\n    g = sync(async_g)\n\n\nf = sync(async_f)\n",
        },
        Case {
            before: "if x:\n    def f(): pass\nelse:\n    def f(): pass",
            steps: &[Convert("f")],
            after: "if x:\n    async def async_f(): pass\n\n    f = sync(async_f)\nelse:\n    async def async_f(): pass\n\n    f = sync(async_f)",
        },
        Case {
            before: "class A:\n    @classmethod\n    def __f(cls): pass\n",
            steps: &[Convert("__f")],
            after: "class A:\n    @classmethod\n    async def async___f(cls): pass\n\n    __f = sync(async___f)\n",
        },
    ]);
}

#[test]
fn continued_lines() {
    check_all(&[Case {
        before: "class A:\n    \\\n def f(self): \\\n  pass\n",
        steps: &[Convert("f")],
        after: "class A:\n    \\\n async def async_f(self): \\\n  pass\n\n    f = sync(async_f)\n",
    }]);
}
