//! Odd sources, in which every call may be awaited; Python 3.11 accepts them.

/// The sources.
pub(crate) const SOURCES: &[&str] = &[
    // Chains, precedence, parentheses.
    "async def m():\n    x = (f()  # one\n         .g( 1, )\n         # two\n         .h()()()[i()](j()))\n    return(a(b()).c()).d()if(e()).f else not g()**-h()\n",
    "async def m():\n    x[a():b():c()] += -d() ** e() @ f(); y = z = g().h = i()\n    del j().k, l()[m()]\n    return *a(), b()\n",
    "async def m():\n    ((f)()).x; ( g() ).y; (((h()))).z; await i(); await (j()); (k())()\n",
    "async def m():\n    a (  ); b ( 1 ); c(\n  2 # c\n ); d(# e\n); f \\\n ( \\\n ); g(*h(),**i())\n    (lambda x=f(): x)(g()).h()\n",
    "async def m(): return[1for(x)in(f)()if(x)()]or{(g)():(h)()for(y)in(i)()}or f(x for x in y)\n",
    // Strings.
    "async def m():\n    print(f'{a()}{b().c!r:>{d()}.{e()[0]}}' f\"{f('x')}\" 'z', rf'\\{g()}', b'' , F'{{h()}}{i( )}')\n    return f'''{\n        a()}  # no comment\n{b ( )}'''.c(f'{ {k(): l()}[0] }')\n",
    // Statements.
    "@decorate\nasync def m(p, q=0):\n    with a() as x, b().c as y.z, (d()):\n        for i in e(), *f():\n            assert g(), h()\n        else:\n            raise i() from j().k\n    while (n := f(f(f()))):\n        try: a()\n        except b(): c()\n        except (d().e, f): g()\n        finally: h()\n    if a(): b()\n    elif c(): d()\n    match e():\n        case [x] if f(): g()\n",
    "async def m():\n\t@a(b())\n\tdef n(x=c(), *, y=d().e): pass\n\tclass C(f(), metaclass=g().h): pass\n\treturn [x for x in a() if b(x) for y in c(x).d if e()]\n",
    "async def m():\n    yield a()\n    x = yield b().c()\n    yield(d)()\n    (yield e()).f()\n",
    // Line endings, blanks, unicode, no line break at the end.
    "async def m():\r\n    \u{e9}(a(\r\n        b()  # \u{e9}\r\n    ).c)\\\r\n  .d()\r\n    # end",
    "\u{feff}\x0casync def m():\n    r'\\\\'.join(a())  ;  'x' 'y'.f(b())  ;  1 .g(); 1..h(); {}.i(); [].j(); ().k(); ...",
];
