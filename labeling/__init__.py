"""What a label means. Values in, values out: no Django, no torch, no clock, no hidden chance."""
