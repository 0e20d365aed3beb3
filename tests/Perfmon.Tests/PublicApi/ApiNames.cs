using System.Reflection;

namespace Perfmon.Tests.PublicApi;

/// <summary>How types are written: C#'s own words, without namespaces, with a question mark where null is allowed.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> s_words = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    private static readonly NullabilityInfoContext s_nullability = new();

    public static string Of(Type type) => Of(type, (NullabilityInfo?)null);

    public static string Of(Type type, ICustomAttributeProvider declaredAt)
    {
        lock (s_nullability)
        {
            return Of(type, declaredAt switch
            {
                ParameterInfo parameter => s_nullability.Create(parameter),
                PropertyInfo property => s_nullability.Create(property),
                FieldInfo field => s_nullability.Create(field),
                _ => null,
            });
        }
    }

    private static string Of(Type type, NullabilityInfo? nullability)
    {
        var mark = nullability is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable } && !type.IsValueType ? "?" : "";
        if (type.IsByRef)
            return Of(type.GetElementType()!, nullability?.ElementType ?? nullability);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        if (type.IsArray)
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        if (s_words.TryGetValue(type, out var word))
            return word + mark;
        if (type.IsGenericParameter)
            return type.Name + mark;

        var name = type.Name.Split('`')[0];
        var arguments = type.GetGenericArguments();
        var outer = type.DeclaringType is { } declaring ? $"{Of(declaring)}." : "";
        var own = arguments.Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToList();
        var list = own.Count == 0
            ? ""
            : $"<{string.Join(", ", own.Select((one, i) => Of(one, nullability?.GenericTypeArguments.ElementAtOrDefault(i))))}>";
        return $"{outer}{name}{list}{mark}";
    }
}
