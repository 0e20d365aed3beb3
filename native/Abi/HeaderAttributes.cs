namespace Perfmon.Native.Abi;

[AttributeUsage(AttributeTargets.Struct)]
internal sealed class CStructAttribute(string name) : Attribute { public string Name { get; } = name; }

[AttributeUsage(AttributeTargets.Field)]
internal sealed class CFieldAttribute(string? name) : Attribute { public string? Name { get; } = name; }

[AttributeUsage(AttributeTargets.Field)]
internal sealed class CBitFieldsAttribute : Attribute;

[AttributeUsage(AttributeTargets.Field)]
internal sealed class CBitFieldAttribute(string name) : Attribute { public string Name { get; } = name; }

[AttributeUsage(AttributeTargets.Field)]
internal sealed class CConstantAttribute(string name) : Attribute { public string Name { get; } = name; }

[AttributeUsage(AttributeTargets.Field)]
internal sealed class CSinceAttribute(string macro) : Attribute { public string Macro { get; } = macro; }
