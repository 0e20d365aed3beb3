namespace Perfmon.Native.Abi;

// What a declaration is called in the kernel's uapi headers. A test turns these into a C program that the installed
// headers must agree with; nothing reads them at run time.

/// <summary>The C structure that this struct repeats: <c>struct <paramref name="name"/></c>, of the same size.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class CStructAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>The struct repeats only the beginning of the C structure, which is larger.</summary>
    public bool IsPrefix { get; init; }
}

/// <summary>
/// The C member at this field's place. Without it, the member is the field's name in snake case; a private field is padding and
/// has no member, and neither has a field whose type is an enum of <see cref="CBitFieldAttribute"/>s.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class CFieldAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The macro or enumerator that has this constant's value.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class CConstantAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>
/// The C bit-field that this enum member's bits are, in the word that a <see cref="CStructAttribute"/> struct keeps in a field of
/// the enum's type: storing <see cref="Value"/> in the bit-field gives the word this member's value.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class CBitFieldAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>What to store: 1, unless the bit-field is wider.</summary>
    public ulong Value { get; init; } = 1;
}

/// <summary>The headers that have this declaration; with others it cannot be proven, and the test says so.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Field)]
internal sealed class CSinceAttribute : Attribute
{
    /// <summary>Headers that define <paramref name="macro"/>, such as <c>PERF_ATTR_SIZE_VER8</c>.</summary>
    public CSinceAttribute(string macro) => Condition = $"defined({macro})";

    /// <summary>Headers of Linux <paramref name="major"/>.<paramref name="minor"/>, where no macro tells.</summary>
    public CSinceAttribute(int major, int minor) => Condition = $"LINUX_VERSION_CODE >= KERNEL_VERSION({major}, {minor}, 0)";

    /// <summary>The preprocessor's condition.</summary>
    public string Condition { get; }
}
