namespace Perfmon.Sampling.Records;

/// <summary>Kinds of branches: <c>PERF_BR_*</c>, and from 16 on <c>PERF_BR_NEW_*</c>, which a branch has in a field of its own.</summary>
public enum BranchType
{
    /// <summary>The hardware does not tell.</summary>
    Unknown = 0,

    /// <summary>A conditional jump.</summary>
    Conditional = 1,

    /// <summary>A jump.</summary>
    Unconditional = 2,

    /// <summary>A jump to where a register or memory says.</summary>
    Indirect = 3,

    /// <summary>A call.</summary>
    Call = 4,

    /// <summary>A call of what a register or memory says.</summary>
    IndirectCall = 5,

    /// <summary>A return.</summary>
    Return = 6,

    /// <summary>A system call.</summary>
    SystemCall = 7,

    /// <summary>The return from one.</summary>
    SystemReturn = 8,

    /// <summary>A conditional call.</summary>
    ConditionalCall = 9,

    /// <summary>A conditional return.</summary>
    ConditionalReturn = 10,

    /// <summary>The return from an exception.</summary>
    ExceptionReturn = 11,

    /// <summary>An interrupt.</summary>
    Interrupt = 12,

    /// <summary>A system error.</summary>
    SystemError = 13,

    /// <summary>Not in a transaction.</summary>
    NotInTransaction = 14,

    /// <summary>An alignment fault.</summary>
    AlignmentFault = 16,

    /// <summary>A data fault.</summary>
    DataFault = 17,

    /// <summary>An instruction fault.</summary>
    InstructionFault = 18,

    /// <summary>The architecture's own; on Arm a fast interrupt.</summary>
    Architecture1 = 19,

    /// <summary>The architecture's own; on Arm a debug halt.</summary>
    Architecture2 = 20,

    /// <summary>The architecture's own; on Arm a debug exit.</summary>
    Architecture3 = 21,

    /// <summary>The architecture's own; on Arm a debug exception of an instruction.</summary>
    Architecture4 = 22,

    /// <summary>The architecture's own; on Arm a debug exception of data.</summary>
    Architecture5 = 23,
}

/// <summary>What came of a branch's speculation: <c>PERF_BR_SPEC_*</c>.</summary>
public enum BranchSpeculation
{
    /// <summary>The hardware does not tell.</summary>
    Unknown = 0,

    /// <summary>Speculated on a wrong path.</summary>
    WrongPath = 1,

    /// <summary>Not speculated, on the correct path.</summary>
    NotSpeculated = 2,

    /// <summary>Speculated on the correct path.</summary>
    CorrectPath = 3,
}
