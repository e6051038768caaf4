;; Hands the zone to what is no guard: nothing of the kind, half a header, a header alone.
;; at: update
;; cases: 3
;; expect: the guard cannot be used
(data (i32.const 1024) "\05\00\00\00hello")
(data (i32.const 1280) "\04\00\00\00\00asm")
(data (i32.const 1536) "\08\00\00\00\00asm\01\00\00\00")
(func $attack
  (local $at i32)
  (local.set $at (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256))))
  (call $update_owner (local.get $at) (i32.add (i32.const 4) (i32.load (local.get $at)))))
