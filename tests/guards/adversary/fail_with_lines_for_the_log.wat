;; Refuses with lines that look like the server's own, colours, and what is not UTF-8.
;; expect: \x0D\x0A2026-11-23T00:00:00Z info: zone other.test.: removed\x0A\x1B[31m\xFF\xFE\xC0\x80
(data (i32.const 1024) "\0d\0a2026-11-23T00:00:00Z info: zone other.test.: removed\0a\1b[31m\ff\fe\c0\80")
(func $attack (call $fail (i32.const 1024) (i32.const 66)))
