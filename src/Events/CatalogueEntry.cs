namespace Perfmon.Events;

/// <summary>An event that a machine offers, or a form in which events are written.</summary>
/// <param name="Name">The name that <see cref="EventParser"/> takes; of a form, what it looks like, such as <c>rNNN</c>.</param>
/// <param name="Family">What kind of event it is, such as <c>software</c>.</param>
/// <param name="Description">What it counts, in the kernel's terms; empty where nothing is known.</param>
/// <param name="IsForm">Whether something of the name is to be filled in.</param>
/// <param name="IsAvailable">Whether the machine has what counts it: a hardware event needs a hardware PMU.</param>
public sealed record CatalogueEntry(string Name, string Family, string Description, bool IsForm = false, bool IsAvailable = true);
