;; Hands the zone to a guard whose setup traps; to one that never ends.
;; at: update
;; cases: 2
;; expect 0: trap: unreachable
;; expect 1: out of fuel
;; policy: fuel=100000000
;;   exports memory, setup, handle_update_request; setup is `unreachable`, or a loop
(data (i32.const 1024) "\4e\00\00\00\00asm\01\00\00\00\01\04\01\60\00\00\03\03\02\00\00\05\03\01\00\01\07\2a\03\06memory\02\00\05setup\00\00\15handle_update_request\00\01\0a\08\02\03\00\00\0b\02\00\0b")
(data (i32.const 1280) "\52\00\00\00\00asm\01\00\00\00\01\04\01\60\00\00\03\03\02\00\00\05\03\01\00\01\07\2a\03\06memory\02\00\05setup\00\00\15handle_update_request\00\01\0a\0c\02\07\00\03\40\0c\00\0b\0b\02\00\0b")
(func $attack
  (local $at i32)
  (local.set $at (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256))))
  (call $update_owner (local.get $at) (i32.add (i32.const 4) (i32.load (local.get $at)))))
