using Perfmon.Events.Syntax;
using Perfmon.Host;

namespace Perfmon.Events.Families;

/// <summary>A kind of events: how they are written, what the kernel counts for them, which of them a machine has.</summary>
internal abstract class EventFamily
{
    /// <summary>The kind, as a list shows it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether <paramref name="syntax"/> is this family's. Where it is, its requests or its error are in <paramref name="context"/>.
    /// </summary>
    public abstract bool TryRead(EventSyntax syntax, ParseContext context);

    /// <summary>Whether this family can tell why an event that no family took is none; the error is in <paramref name="context"/>.</summary>
    public virtual bool Explain(EventSyntax syntax, ParseContext context) => false;

    /// <summary>What <paramref name="host"/> offers of it.</summary>
    public abstract IEnumerable<CatalogueEntry> List(HostDescription host);

    /// <summary>The bare names, other spellings included, that a misspelt one is compared with.</summary>
    public virtual IEnumerable<string> Names(HostDescription host) => [];

    protected CatalogueEntry Entry(string name, string description, bool isAvailable = true) =>
        new(name, Name, description, IsForm: false, isAvailable);

    protected CatalogueEntry Form(string name, string description, bool isAvailable = true) =>
        new(name, Name, description, IsForm: true, isAvailable);
}
