namespace Perfmon.Symbols;

/// <summary>
/// Names of .NET methods in perf maps: <c>instance void [App] Ns.Type::Method(int32)[Tier1]</c> is read as
/// <c>Ns.Type.Method(int32)</c>.
/// </summary>
internal static class ManagedNames
{
    /// <summary>The method as people write it; null where the name is not a .NET method's.</summary>
    public static string? Readable(string name)
    {
        // The assembly in brackets stands between the return type, which may have brackets of its own, and the type.
        var separator = name.IndexOf("::", StringComparison.Ordinal);
        var assemblyEnd = separator < 0 ? -1 : AssemblyEnd(name.AsSpan(0, separator));
        if (assemblyEnd < 0)
        {
            return null;
        }

        var type = name.AsSpan(assemblyEnd, separator - assemblyEnd);
        var method = name.AsSpan(separator + 2);
        return $"{type}.{WithoutTier(method)}";
    }

    // The assembly stands alone: " [App] ". Of a type's "[App]Ns.Type" no space follows, and of an array's "[]" none goes before.
    private static int AssemblyEnd(ReadOnlySpan<char> text)
    {
        for (var position = 0; position < text.Length; position++)
        {
            if (text[position] == '[' && (position == 0 || text[position - 1] == ' '))
            {
                var end = position + 1 + text[(position + 1)..].IndexOfAny('[', ']');
                if (end > position + 1 && text[end..].StartsWith("] ", StringComparison.Ordinal))
                {
                    return end + 2;
                }
            }
        }

        return -1;
    }

    // [Tier0], [OptimizedTier1], [PreJIT], [Optimized] and so on, behind the signature's parenthesis.
    private static ReadOnlySpan<char> WithoutTier(ReadOnlySpan<char> method)
    {
        var end = method.LastIndexOf(')');
        return end >= 0 && method[(end + 1)..] is ['[', .., ']'] ? method[..(end + 1)] : method;
    }
}
