"""What can go wrong with a form or with a filled-in copy of it.

FormProblem
├── FormRefused          the workbook is no form we can use; says why
├── InstanceUnreadable   the filled-in form cannot be read with this form at all
└── UnfillableForm       values were given that the form has no place for
"""


class FormProblem(ValueError):
    """Anything that is wrong with a form or a filled-in copy of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FormRefused(FormProblem):
    """The workbook is not a form that Ruhu can use; ``reason`` tells its author what to change."""


class InstanceUnreadable(FormProblem):
    """Not well-formed XML, or made with another form or version. Never raised for what people answered."""


class UnfillableForm(FormProblem):
    """A value was given for a question that the form does not have, or in a shape that it cannot hold."""
