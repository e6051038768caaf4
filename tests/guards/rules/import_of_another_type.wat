;; Imports have exactly the type of the table.
;; expect: the guard cannot be used: it imports fdns.sequence as () -> i32, which is () -> i64
(module
  (import "fdns" "sequence" (func (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
