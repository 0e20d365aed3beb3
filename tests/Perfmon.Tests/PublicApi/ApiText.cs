using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Perfmon.Tests.PublicApi;

/// <summary>The public face of an assembly as text, as C# would declare it: a line a member, in the order of the alphabet.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Everything that a program that references the assembly can name.</summary>
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var space in assembly.GetExportedTypes().GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (var type in space.OrderBy(type => ApiNames.Of(type), StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"{type.Namespace}.{Declaration(type)}\n");
                foreach (var member in Members(type).Order(StringComparer.Ordinal))
                    text.Append(CultureInfo.InvariantCulture, $"    {member}\n");
            }
        }

        return text.ToString();
    }

    private static string Declaration(Type type)
    {
        var bases = (type is { BaseType: { } parent, IsValueType: false, IsEnum: false } && parent != typeof(object) && !IsDelegate(type) ? [parent] : Array.Empty<Type>())
            .Concat(type.IsEnum || IsDelegate(type) ? [] : type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(one => one.IsVisible))
            .Select(ApiNames.Of)
            .ToList();
        return $"{ApiNames.Of(type)}: {Kind(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases.Order(StringComparer.Ordinal)) : "")}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => $"enum {ApiNames.Of(Enum.GetUnderlyingType(type))}",
        { IsInterface: true } => "interface",
        _ when IsDelegate(type) => $"delegate {Method(type.GetMethod("Invoke")!)}",
        { IsValueType: true } => $"{(IsReadOnly(type) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}{(IsRecord(type) ? "record " : "")}struct",
        _ => $"{(type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{(IsRecord(type) ? "record" : "class")}",
    };

    private static IEnumerable<string> Members(Type type)
    {
        if (IsDelegate(type))
            yield break;

        foreach (var field in type.GetFields(Declared).Where(field => IsSeen(field.Attributes & FieldAttributes.FieldAccessMask) && !field.IsSpecialName))
        {
            yield return field.IsLiteral
                ? $"{(type.IsEnum ? "" : "const " + ApiNames.Of(field.FieldType) + " ")}{field.Name} = {Literal(field.GetRawConstantValue())}"
                : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{ApiNames.Of(field.FieldType, field)} {field.Name}";
        }

        foreach (var constructor in type.GetConstructors(Declared).Where(one => IsSeen(one.Attributes & MethodAttributes.MemberAccessMask) && !one.IsStatic))
            yield return $"{Access(constructor)}new({Parameters(constructor)})";

        foreach (var property in type.GetProperties(Declared).Where(one => one.GetAccessors(nonPublic: true).Any(IsSeen) && !IsSynthesized(type, one)))
            yield return Property(property);

        foreach (var changed in type.GetEvents(Declared).Where(one => IsSeen(one.AddMethod!)))
            yield return $"event {ApiNames.Of(changed.EventHandlerType!)} {changed.Name}";

        foreach (var method in type.GetMethods(Declared).Where(one => IsSeen(one) && !IsAccessor(one) && !IsSynthesized(type, one)))
            yield return $"{Access(method)}{Modifier(method)}{Method(method)}";
    }

    private static string Property(PropertyInfo property)
    {
        var first = property.GetAccessors(nonPublic: true).First(IsSeen);
        var name = property.GetIndexParameters() is { Length: > 0 } indices ? $"this[{Parameters(indices)}]" : property.Name;
        var get = property.GetMethod is { } getter && IsSeen(getter) ? "get; " : "";
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) is true;
        var set = property.SetMethod is { } setter && IsSeen(setter) ? isInit ? "init; " : "set; " : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Access(first)}{Modifier(first)}{required}{ApiNames.Of(property.PropertyType, property)} {name} {{ {get}{set}}}";
    }

    private static string Method(MethodInfo method)
    {
        var arguments = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => one.Name))}>" : "";
        var name = method.DeclaringType is { } type && IsDelegate(type) ? "" : " " + method.Name;
        return $"{ApiNames.Of(method.ReturnType, method.ReturnParameter)}{name}{arguments}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
    {
        var kind = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) => "params ",
            _ => "",
        };
        return $"{kind}{ApiNames.Of(parameter.ParameterType, parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Literal(parameter.DefaultValue) : "")}";
    }));

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Access(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "";

    private static string Modifier(MethodBase method) => method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => "",
        { IsAbstract: true } => "abstract ",
        MethodInfo { IsVirtual: true } one when one.GetBaseDefinition() != one => "override ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static bool IsSeen(MethodBase method) => IsSeen(method.Attributes & MethodAttributes.MemberAccessMask) && !IsOfSealed(method);

    private static bool IsSeen(MethodAttributes access) => access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsSeen(FieldAttributes access) => access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static bool IsOfSealed(MethodBase method) => method is { IsFamily: true, DeclaringType.IsSealed: true };

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    // What the compiler writes for every record, and what every struct may override.
    private static bool IsSynthesized(Type type, MemberInfo member) =>
        (IsRecord(type) && (member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name is "EqualityContract" or "PrintMembers" or "<Clone>$"))
        || member.Name is "Equals" or "GetHashCode" or "ToString" or "op_Equality" or "op_Inequality";

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared) is not null;

    private static bool IsReadOnly(Type type) => type.IsDefined(typeof(IsReadOnlyAttribute));

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));
}
