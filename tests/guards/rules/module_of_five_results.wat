;; A type has 4 results at most.
;; expect: the guard cannot be used: its type 1 has 0 parameters and 5 results, the limits are 32 and 4
(module
  (memory (export "memory") 1)
  (type (func))
  (type (func (result i32 i32 i32 i32 i32)))
  (func (export "setup"))
  (func (export "handle_update_request")))
