namespace Perfmon.Host;

/// <summary>An event that the kernel names: a file of a PMU's sysfs <c>events</c> folder.</summary>
/// <param name="Name">The file's name, such as <c>cpu-cycles</c>.</param>
/// <param name="Terms">The file's content: values of the PMU's terms, such as <c>event=0x3c,umask=0x01</c>.</param>
/// <param name="Unit">What one scaled count is (file NAME.unit), such as <c>Joules</c>; null for a plain number.</param>
/// <param name="Scale">What a count is multiplied by to be in that unit (file NAME.scale); 1 where there is no such file.</param>
public sealed record PmuEvent(string Name, string Terms, string? Unit = null, double Scale = 1);
