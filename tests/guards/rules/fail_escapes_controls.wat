;; Control characters of a message are shown as octets.
;; expect: a\x1B[31mb
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "a\1b[31mb")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $fail (i32.const 0) (i32.const 7))))
