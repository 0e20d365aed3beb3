using System.Net;
using System.Text;
using System.Text.Json;
using Perfmon.Diagnostics;
using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>
/// A flame graph of one event, as one page of HTML that needs no network: zoom by click, search, details on hovering, keyboard, light and dark. The
/// outermost frames are threads' names. A frame's colour says its kind, its shade the name, always the same.
/// </summary>
public sealed class FlameGraphExporter : ProfileExporter
{
    // The numbers of kinds that the page knows.
    private const int UnknownKind = 5;
    private const int InlinedKind = 6;
    private const int ThreadKind = 7;

    // No file is called so: a thread's name is not code, and must not be taken for a function of no file.
    private const string ThreadModule = "\0";

    private const string DataPlace = "{{data}}";
    private const string TitlePlace = "{{title}}";
    private readonly Profile _profile;
    private readonly int _event;
    private readonly double _minShare;

    /// <summary>Writes to <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="description">The profile.</param>
    /// <param name="profileEvent">The event, by its index. Samples of others are left out.</param>
    /// <param name="minShare">
    /// Frames with a smaller part of the whole, 0 to 1, are left out; they remain in the width of their callers. The default is a tenth of a pixel.
    /// </param>
    /// <exception cref="PerfmonException">There is no such event.</exception>
    public FlameGraphExporter(Stream output, ProfileDescription description, int profileEvent = 0, double minShare = 0.0001)
        : base(output, description)
    {
        Profile.Check(description, profileEvent);
        _profile = new Profile(description);
        _event = profileEvent;
        _minShare = minShare;
    }

    private protected override void Collect(in ProfileSample sample) => _profile.Add(in sample);

    private protected override ProfileTotals Write(ProfileLosses losses)
    {
        _profile.Report(losses);
        var page = Template();
        var (title, data) = (page.IndexOf(TitlePlace, StringComparison.Ordinal), page.IndexOf(DataPlace, StringComparison.Ordinal));
        WriteText(page.AsSpan(0, title));
        WriteText(WebUtility.HtmlEncode($"{Description.Title}: {Description.Events[_event].Name}"));
        WriteText(page.AsSpan((title + TitlePlace.Length)..data));
        WriteData();
        WriteText(page.AsSpan(data + DataPlace.Length));
        return _profile.Totals;
    }

    private static string Template()
    {
        using var file = typeof(FlameGraphExporter).Assembly.GetManifestResourceStream("Perfmon.Profiles.flamegraph.html")!;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private void WriteText(ReadOnlySpan<char> text) => Output.Write(Encoding.UTF8.GetBytes(text.ToString()));

    // The default encoder escapes what HTML would read: no name can end the script that the data stands in.
    private void WriteData()
    {
        var tree = new CommTree(
            _profile,
            _event,
            frame => new ProfileFrame(frame.Of.Label, frame.Module, frame.Kind, IsInlined: frame.IsInlined),
            comm => new ProfileFrame(comm, ThreadModule, FrameKind.Unknown));
        var total = tree.Tree.Total[StackTable.Empty];
        var (strings, nodes) = (new Numbers<string>(), tree.DepthFirst(Math.Max(1, (long)Math.Ceiling(_minShare * total.Weight))));
        using var json = new Utf8JsonWriter(Output);
        json.WriteStartObject();
        json.WriteString("title", Description.Title);
        json.WriteString("event", Description.Events[_event].Name);
        json.WriteString("unit", UnitName());
        json.WriteNumber("weight", total.Weight);
        json.WriteNumber("samples", total.Samples);
        json.WriteString("losses", _profile.Losses.AreNone ? "" : _profile.Losses.ToString());

        // Six numbers a node: depth, name, module, kind, weight, own weight.
        json.Column("nodes", nodes, (json, node) =>
        {
            var frame = tree.Frame(node.Node);
            json.WriteNumberValue(node.Depth);
            json.WriteNumberValue(strings.Of(frame.Function));
            json.WriteNumberValue(strings.Of(frame.Module == ThreadModule ? "" : frame.Module));
            json.WriteNumberValue(KindOf(frame));
            json.WriteNumberValue(tree.Tree.Total[node.Node].Weight);
            json.WriteNumberValue(tree.Tree.Self[node.Node].Weight);
        });
        json.Column("strings", strings.All);
        json.WriteEndObject();
    }

    private static int KindOf(ProfileFrame frame) => frame switch
    {
        { Module: ThreadModule } => ThreadKind,
        { IsInlined: true, Kind: FrameKind.User } => InlinedKind,
        { Kind: FrameKind.User } => 0,
        { Kind: FrameKind.Kernel } => 1,
        { Kind: FrameKind.Jit } => 2,
        { Kind: FrameKind.Vdso } => 3,
        { Kind: FrameKind.Guest } => 4,
        _ => UnknownKind,
    };

    private string UnitName() => Description.Events[_event].Unit switch
    {
        ProfileUnit.Nanoseconds => "ns",
        ProfileUnit.Bytes => "bytes",
        _ => "",
    };
}
