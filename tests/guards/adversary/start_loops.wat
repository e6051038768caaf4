;; Never ends, before any entry is called.
;; expect: out of fuel
(module
  (memory (export "memory") 1)
  (func $start (loop $again (br $again)))
  (start $start)
  (func (export "setup"))
  (func (export "handle_update_request")))
