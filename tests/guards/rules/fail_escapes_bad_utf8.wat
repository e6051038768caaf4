;; What is not UTF-8 in a message is shown as octets.
;; expect: \xFFé
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\ff\c3\a9")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $fail (i32.const 0) (i32.const 3))))
