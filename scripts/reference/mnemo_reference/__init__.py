"""mnemo's models, losses, order of batches and training loop in plain PyTorch.

Modules and parameters carry the names of mnemo's own, so that a `state_dict` is the content of a weights.safetensors
and the other way round. `runs.load_run` reads a run folder of `mnemo train`.
"""
