"""An address or a file becomes artefacts and a statement of what is missing."""
