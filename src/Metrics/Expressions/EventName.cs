using Perfmon.Events.Syntax;

namespace Perfmon.Metrics.Expressions;

/// <summary>An event that an expression names.</summary>
/// <param name="Text">The name as it is written, without quotes.</param>
/// <param name="Identity">What it stands for.</param>
/// <param name="Place">Where it stands first, for errors.</param>
internal sealed record EventName(string Text, EventIdentity Identity, SourceText Place);
