using System.Text.Json;

namespace Perfmon.Profiles;

/// <summary>
/// The tables that all threads share. Stacks are the nodes of a <see cref="StackTable"/> as they are, without the empty one. Addresses are left out:
/// the format wants those within a library's file.
/// </summary>
internal sealed class FirefoxTables
{
    private readonly StackTable _stacks;
    private readonly Numbers<(int Frame, int InlineDepth)> _frames = new();
    private readonly Numbers<(ProfileFunction Of, string? File)> _functions = new();
    private readonly Numbers<string> _modules = new();
    private readonly Numbers<string> _files = new();
    private readonly Numbers<string> _strings = new();
    private readonly int[] _frameOfNode;

    public FirefoxTables(StackTable stacks)
    {
        _stacks = stacks;
        _frameOfNode = new int[stacks.NodeCount];
        var depths = new int[stacks.NodeCount];
        for (var node = StackTable.Empty + 1; node < stacks.NodeCount; node++)
        {
            var frame = stacks.Frame(node);
            depths[node] = stacks.Frames[frame].IsInlined && stacks.Caller(node) != StackTable.Empty ? depths[stacks.Caller(node)] + 1 : 0;
            _frameOfNode[node] = _frames.Of((frame, depths[node]));
        }

        foreach (var (number, _) in _frames.All)
        {
            var frame = stacks.Frames[number];
            _functions.Of((frame.Of, frame.File));
            _strings.Of(frame.Of.Label);
            if (frame.Module.Length > 0)
            {
                _modules.Of(frame.Module);
                _strings.Of(frame.Module);
            }

            if (frame.File is { } file)
            {
                _files.Of(file);
                _strings.Of(file);
            }
        }
    }

    /// <summary>The modules: libraries by their index.</summary>
    public IReadOnlyList<string> Modules => _modules.All;

    /// <summary>A node's index in the stack table.</summary>
    public static int StackOf(int node) => node - 1;

    public static void WriteLibrary(Utf8JsonWriter json, string module)
    {
        var name = module is ['[', ..] ? module : Path.GetFileName(module);
        json.WriteStartObject();
        json.WriteString("arch", "");
        json.WriteString("name", name);
        json.WriteString("path", module);
        json.WriteString("debugName", name);
        json.WriteString("debugPath", module);
        json.WriteString("breakpadId", "");
        json.WriteNull("codeId");
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json)
    {
        WriteStacks(json);
        WriteFrames(json);
        WriteFunctions(json);
        WriteResources(json);
        WriteEmpty(json, "nativeSymbols", "libIndex", "address", "name", "functionSize");
        json.Column("stringArray", _strings.All);
        WriteSources(json);
        WriteEmpty(json, "sourceLocationTable", "source", "line", "column");
    }

    private void WriteStacks(Utf8JsonWriter json)
    {
        var nodes = Enumerable.Range(StackTable.Empty + 1, _stacks.NodeCount - 1);
        json.WriteStartObject("stackTable");
        json.Column("frame", nodes.Select(node => _frameOfNode[node]));
        json.Column("prefixOffset", nodes.Select(node => _stacks.Caller(node) == StackTable.Empty ? 0 : node - _stacks.Caller(node)));
        Close(json, _stacks.NodeCount - 1);
    }

    private void WriteFrames(Utf8JsonWriter json)
    {
        var frames = _frames.All.Select(frame => (Of: _stacks.Frames[frame.Frame], frame.InlineDepth));
        var categories = frames.Select(frame => FirefoxCategories.Of(frame.Of.Kind));
        json.WriteStartObject("frameTable");
        json.Column("address", frames.Select(_ => -1));
        json.Column("lib", frames.Select(frame => Module(frame.Of.Module)));
        json.Column("inlineDepth", frames.Select(frame => frame.InlineDepth));
        json.Column("category", categories);
        json.Column("subcategory", categories.Select(_ => 0));
        json.Column("func", frames.Select(frame => _functions.Of((frame.Of.Of, frame.Of.File))));
        json.Nulls("nativeSymbol", _frames.All.Count);
        json.Column("innerWindowID", frames.Select(_ => 0));
        json.Column("line", frames, static (json, frame) => WriteOptional(json, frame.Of.Line > 0 ? frame.Of.Line : null));
        json.Nulls("column", _frames.All.Count);
        json.Nulls("originalLocation", _frames.All.Count);
        Close(json, _frames.All.Count);
    }

    private void WriteFunctions(Utf8JsonWriter json)
    {
        var functions = _functions.All;
        json.WriteStartObject("funcTable");
        json.Column("name", functions.Select(function => _strings.Of(function.Of.Label)));
        json.Column("isJS", functions, static (json, _) => json.WriteBooleanValue(false));
        json.Column("relevantForJS", functions, static (json, _) => json.WriteBooleanValue(false));
        json.Column("resource", functions.Select(function => Module(function.Of.Module)));
        json.Column("source", functions, (json, function) => WriteOptional(json, function.File is { } file ? _files.Of(file) : null));
        json.Nulls("lineNumber", functions.Count);
        json.Nulls("columnNumber", functions.Count);
        json.Nulls("originalLocation", functions.Count);
        Close(json, functions.Count);
    }

    // A resource is what functions are grouped by: libraries, in their own order.
    private void WriteResources(Utf8JsonWriter json)
    {
        const int library = 1;
        json.WriteStartObject("resourceTable");
        json.Column("name", Modules.Select(_strings.Of));
        json.Nulls("host", Modules.Count);
        json.Column("type", Modules.Select(_ => library));
        Close(json, Modules.Count);
    }

    private void WriteSources(Utf8JsonWriter json)
    {
        var files = _files.All;
        json.WriteStartObject("sources");
        json.Nulls("id", files.Count);
        json.Column("filename", files.Select(_strings.Of));
        json.Column("startLine", files.Select(_ => 1));
        json.Column("startColumn", files.Select(_ => 1));
        json.Nulls("sourceMapURL", files.Count);
        json.Nulls("content", files.Count);
        Close(json, files.Count);
    }

    private static void WriteEmpty(Utf8JsonWriter json, string table, params string[] columns)
    {
        json.WriteStartObject(table);
        foreach (var column in columns)
        {
            json.Nulls(column, 0);
        }

        Close(json, 0);
    }

    private static void Close(Utf8JsonWriter json, int length)
    {
        json.WriteNumber("length", length);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private int Module(string module) => module.Length > 0 ? _modules.Of(module) : -1;
}
