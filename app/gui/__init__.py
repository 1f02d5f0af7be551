"""The window. It knows the API's JSON contract and nothing of models or sound."""
