"""How often is nothing answered where something could be, and the reverse: the gate measured on labelled sets."""
