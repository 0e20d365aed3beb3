using System.Buffers;
using System.Globalization;
using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>
/// Folded stacks, Brendan Gregg's format for flame graphs: a line for each different stack, <c>comm;outermost;innermost weight</c>. Of one event. A
/// semicolon in a name becomes a colon, and what would break the line a space. What was lost has no place in it: <see cref="ProfileExporter.Complete"/>
/// returns it.
/// </summary>
public sealed class FoldedExporter : ProfileExporter
{
    private static readonly SearchValues<char> s_separators = SearchValues.Create(";\r\n\0\u0085\u2028\u2029");
    private readonly Profile _profile;
    private readonly int _event;
    private readonly bool _annotate;

    /// <summary>Writes to <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="description">The profile.</param>
    /// <param name="profileEvent">The event, by its index. Samples of others are left out.</param>
    /// <param name="annotate">Mark frames by kind, as flamegraph.pl colours them: <c>_[k]</c> kernel, <c>_[j]</c> just-in-time, <c>_[i]</c> inlined.</param>
    /// <exception cref="PerfmonException">There is no such event.</exception>
    public FoldedExporter(Stream output, ProfileDescription description, int profileEvent = 0, bool annotate = false)
        : base(output, description)
    {
        Profile.Check(description, profileEvent);
        _profile = new Profile(description);
        _event = profileEvent;
        _annotate = annotate;
    }

    private protected override void Collect(in ProfileSample sample) => _profile.Add(in sample);

    private protected override ProfileTotals Write(ProfileLosses losses)
    {
        _profile.Report(losses);
        var tree = new CommTree(_profile, _event, frame => Named(frame.Of.Label + Mark(frame)), Named);
        using var writer = new StreamWriter(Output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        var path = new StringBuilder();
        var lengths = new List<int> { 0 };
        foreach (var (node, depth) in tree.DepthFirst(leastWeight: 1))
        {
            lengths.RemoveRange(depth, lengths.Count - depth);
            path.Length = lengths[^1];
            path.Append(depth > 1 ? ";" : "").Append(tree.Frame(node).Function);
            lengths.Add(path.Length);
            if (tree.Tree.Self[node].Weight is var weight and > 0)
            {
                writer.Write(path);
                writer.Write(' ');
                writer.WriteLine(weight.ToString(CultureInfo.InvariantCulture));
            }
        }

        return _profile.Totals;
    }

    private static ProfileFrame Named(string name) => new(Clean(name), "", FrameKind.User);

    private static string Clean(string name) => !name.AsSpan().ContainsAny(s_separators)
        ? name
        : string.Create(name.Length, name, (clean, from) =>
        {
            for (var i = 0; i < clean.Length; i++)
            {
                clean[i] = from[i] == ';' ? ':' : s_separators.Contains(from[i]) ? ' ' : from[i];
            }
        });

    private string Mark(ProfileFrame frame) => (_annotate, frame.Kind, frame.IsInlined) switch
    {
        (false, _, _) => "",
        (_, FrameKind.Kernel, _) => "_[k]",
        (_, FrameKind.Jit, _) => "_[j]",
        (_, _, true) => "_[i]",
        _ => "",
    };
}
