;; Refuses to begin, in its own words.
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "not under this name, said the guard")
  (func (export "setup") (call $fail (i32.const 0) (i32.const 35)))
  (func (export "handle_update_request")))
