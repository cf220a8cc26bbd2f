#!/usr/bin/env python3
"""Shows that the tidy test finds what it is for: each case plants one violation in a clean small tree."""

import pathlib
import tempfile
import unittest

import cpp
import tidy

CLEAN = {
    "src/precompiled.h": "#pragma once\n",
    "src/ground/base/units.h": "#pragma once\n",
    "src/ground/base/README.md": "# base\n",
    "src/ground/http/head.h": '#include "base/units.h"\n',
    "src/ground/http/README.md": "# http\n",
    "src/ground/recording/recording.h": '#include "http/head.h"\n',
    "src/ground/recording/README.md": "# recording\n",
    "src/stages/cache/cache.h": '#include "recording/recording.h"\n',
    "src/stages/cache/port.h": "#pragma once\n",
    "src/stages/cache/detail/entry.h": "#pragma once\n",
    "src/stages/cache/README.md": "# cache\n",
    "src/stages/plan/plan.h": '#include "plan/plan.h"\n',
    "src/stages/plan/README.md": "# plan\n",
    "src/services/mock/mock.h": '#include "http/head.h"\n',
    "src/services/mock/README.md": "# mock\n",
    "src/services/admin/admin.h": '#include "cache/port.h"\n',
    "src/services/admin/README.md": "# admin\n",
    "src/storage/sqlite/sqlite.h": '#include "cache/port.h"\n#include "storage/sqlite/sqlite.h"\n',
    "src/storage/sqlite/README.md": "# sqlite\n",
    "src/journey/answer.h": '#include "cache/cache.h"\n#include "base/units.h"\n',
    "src/journey/README.md": "# journey\n",
    "src/app/main.cc": '#include "journey/answer.h"\nint main() { std::cout << "weir"; }\n',
    "src/app/README.md": "# app\n",
}


def findings(more: dict[str, str]) -> list[tidy.Found]:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for file, text in (CLEAN | more).items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text, encoding="utf-8")
        return list(tidy.check(root))


class TheTree(unittest.TestCase):
    def test_a_clean_one_passes(self):
        self.assertEqual(findings({}), [])

    def found_once(self, file: str, text: str, words: str):
        with self.subTest(file=file, text=text[:60]):
            found = findings({file: text})
            self.assertEqual([one.file for one in found], [file], found)
            self.assertIn(words, found[0].what)

    def test_an_include_outside_the_table_is_found(self):
        for file, header in [
            ("src/ground/base/units.h", "http/head.h"),
            ("src/ground/http/head.h", "recording/recording.h"),
            ("src/ground/http/head.h", "cache/port.h"),
            ("src/stages/plan/plan.h", "cache/cache.h"),
            ("src/stages/plan/plan.h", "cache/port.h"),
            ("src/stages/plan/plan.h", "journey/answer.h"),
            ("src/journey/answer.h", "mock/mock.h"),
            ("src/journey/answer.h", "cache/detail/entry.h"),
            ("src/services/mock/mock.h", "recording/recording.h"),
            ("src/services/mock/mock.h", "cache/port.h"),
            ("src/services/admin/admin.h", "cache/cache.h"),
            ("src/services/admin/admin.h", "mock/mock.h"),
            ("src/storage/sqlite/sqlite.h", "cache/cache.h"),
        ]:
            self.found_once(file, f'#include "{header}"\n', f'may not include "{header}"')

    def test_an_include_that_is_not_written_from_the_room_is_found(self):
        for header in ["head.h", "../http/head.h", "ground/http/head.h", "http/no_such_file.h"]:
            self.found_once("src/ground/http/request.h", f'#include "{header}"\n', "not written from the room")

    def test_headers_behind_another_room_are_found(self):
        for header in ["<boost/asio/io_context.hpp>", "<asio.hpp>", "<sys/epoll.h>", "<netdb.h>", "<format>"]:
            self.found_once("src/ground/http/head.h", f"#include {header}\n", "is not used here")
        self.assertEqual(findings({"src/ground/runtime/loop.h": "#include <sys/epoll.h>\n",
                                   "src/ground/runtime/README.md": "# runtime\n"}), [])

    def test_banned_calls_are_found(self):
        for text in [
            "std::this_thread::sleep_for(1s);",
            "usleep(5);",
            "thread.detach();",
            'std::system("ls");',
            "system(command);",
            'popen("ls");',
            "gethostbyname(name);",
            "getaddrinfo(name);",
            'printf("x");',
            'std::fprintf(stderr, "x");',
            "std::cout << 1;",
            "int x = rand();",
            "srand(1);",
            "std::random_device device;",
            "auto now = std::chrono::steady_clock::now();",
            "auto now = std::chrono::system_clock::now();",
            "delete pointer;",
            "delete[] array;",
            "delete [] array;",
            "GTEST_" + "SKIP();",
            "try { f(); } catch (...) {}",
        ]:
            self.found_once("src/ground/http/head.h", text + "\n", "is not used here")

    def test_what_only_looks_like_a_banned_call_passes(self):
        for text in [
            "Head(const Head&) = delete;",
            "// never call sleep_for(1s) or delete x;",
            'auto text = "std::cout << rand()";',
            'auto text = R"(catch (...) "quoted" delete x;)";',
            "auto apostrophe = 20'000; auto quote = '\"'; fmt::format_to(out);",
            "auto snapshot = operating_system(); log.system();",
            "fmt::print(out); auto brand = clock.now();",
        ]:
            with self.subTest(text=text):
                self.assertEqual(findings({"src/ground/http/head.h": text + "\n"}), [])

    def test_a_call_passes_only_in_the_rooms_that_may_make_it(self):
        now = "auto now() { return std::chrono::steady_clock::now(); }\n"
        self.assertEqual(findings({"src/ground/base/clock.h": now}), [])
        self.found_once("src/stages/plan/plan.h", now, "a Clock")

    def test_words_of_unfinished_work_are_found(self):
        for word in ["TO" + "DO", "FIX" + "ME", "NO" + "LINT", "NO" + "LINTNEXTLINE"]:
            self.found_once("src/ground/http/head.h", f"// {word}: later\n", "finish it")
            self.found_once("script/build", f"# {word}: later\n", "finish it")

    def test_a_path_of_one_machine_and_a_registry_are_found(self):
        for path in ["/wo" + "rk/main", "/ro" + "ot/.cache", "/ho" + "me/someone"]:
            self.found_once("docs/page.md", f"See {path}.\n", "one machine")
        for host in ["pypi" + ".org", "registry.npmjs" + ".org"]:
            self.found_once("tests/sdk/package-lock.json", f'"https://{host}/x"\n', "registries")

    def test_sizes_are_held(self):
        self.found_once("src/ground/http/head.cc", "\n" * 501, "501 lines")
        self.found_once("src/ground/http/head.cc", "//" + "x" * 119 + "\n", "121 columns")
        self.found_once("src/ground/http/README.md", "\n" * 41, "41 lines")
        self.found_once("docs/decisions/0001-a.md", "\n" * 31, "a decision")
        self.assertEqual(findings({"src/ground/http/head.cc": "\n" * 500, "docs/decisions/0001-a.md": "\n" * 30}), [])

    def test_a_long_function_is_found_wherever_it_stands(self):
        body = "  f();\n" * 79
        for start, end in [
            ("void f() {\n", "}\n"),
            ("namespace weir {\nclass A {\n  int f() const {\n", "}\n};\n}\n"),
            ("template <class T>\n  requires(sizeof(T) > 1)\nauto f(T t) -> int {\n", "}\n"),
            ("A::A(int a) : a_{a}, b_(a) {\n", "}\n"),
            ("namespace {\nTEST(Room, a_long_one) {\n", "}\n}\n"),
            ("struct A {\n  A() = default;\n  bool operator()(int) {\n", "}\n};\n"),
            ("struct A f(struct B b) {\n", "}\n"),
        ]:
            self.found_once("src/ground/http/head.cc", start + body + end, "more than 80")
            shorter = start + body.replace("  f();\n", "", 3) + end
            self.assertEqual(findings({"src/ground/http/head.cc": shorter}), [])

    def test_a_long_table_is_no_function(self):
        table = "constexpr std::array<Row, 90> kRows = {{\n" + "  Row{1, f(2)},\n" * 90 + "}};\n"
        self.assertEqual(findings({"src/ground/http/head.cc": table}), [])

    def test_a_room_without_a_readme_is_found(self):
        found = findings({"src/stages/auth/auth.h": "#pragma once\n"})
        self.assertEqual([one.file for one in found], ["src/stages/auth/README.md"])

    def test_a_name_that_says_nothing_is_found(self):
        for name in ["util.h", "string_utils.h", "misc.cc", "pool_manager.cc", "test_helper.py"]:
            self.found_once(f"src/ground/http/{name}", "\n", "says nothing")

    def test_a_tree_without_files_does_not_pass(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(tidy.main([folder]), 1)


class Functions(unittest.TestCase):
    def test_each_is_found_with_its_name_and_length(self):
        text = """
namespace weir {
struct Point { int x{1}; int y = f(); };
A::A(int a)
    : a_{a}, b_{} {
  if (a) { g(); }
}
auto kTable = {f(1), f(2)};
void g() { h({1, 2}, [](int) { return "}"; }); }
enum class Kind { a, b };
class B : public C { void m() noexcept { } };
}  // namespace weir
"""
        self.assertEqual(
            [(one.name, one.first_line, one.lines) for one in cpp.functions(text)],
            [("A::A", 4, 4), ("g", 9, 1), ("m", 11, 1)],
        )


if __name__ == "__main__":
    unittest.main()
