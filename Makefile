# A menu; the work is in CMakePresets.json, ./run and ./check.
.PHONY: all golden test asan tsan fuzz lint fmt run check man clean
all:   ; cmake --preset release && cmake --build --preset release
test:  ; cmake --workflow --preset release
asan:  ; cmake --workflow --preset dev
tsan:  ; cmake --workflow --preset tsan
fuzz:  ; scripts/fuzz.sh $(TARGET) $(SECONDS)
golden: all ; scripts/golden.py build/release/aceso --update
lint:  ; scripts/lint.sh
fmt:   ; clang-format -i $$(git ls-files 'src/*.[ch]' 'src/*.cc' 'test/*.[ch]')
man:   ; scripts/man.sh
run:   ; ./run
check: ; ./check
clean: ; rm -rf build
