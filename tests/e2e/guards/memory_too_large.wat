;; 65 pages: one more than the policy's default allows.
(module
  (memory (export "memory") 65)
  (func (export "setup"))
  (func (export "handle_update_request")))
