using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.PublicApi;

/// <summary>
/// Nothing is public by accident, and nothing public changes unseen: the library's face stands in a file, which a reviewer reads. To accept a change, run the
/// test with PERFMON_ACCEPT_API=1.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly string s_file = Path.Join(Repository.Root, "tests/Perfmon.Tests/PublicApi/Perfmon.txt");

    [Fact]
    public void The_public_face_is_the_reviewed_one()
    {
        var actual = ApiText.Of(typeof(MonitoringSession).Assembly);
        if (Environment.GetEnvironmentVariable("PERFMON_ACCEPT_API") == "1")
            File.WriteAllText(s_file, actual);

        var reviewed = File.ReadAllText(s_file);
        Assert.True(actual == reviewed, $"The public face changed. Accept it with PERFMON_ACCEPT_API=1:\n{Difference(reviewed, actual)}");
    }

    [Fact]
    public void The_assembly_with_the_unsafe_code_has_no_public_face() =>
        Assert.Empty(typeof(Perfmon.Native.Errno).Assembly.GetExportedTypes());

    private static string Difference(string before, string after)
    {
        var old = before.Split('\n').ToHashSet();
        var young = after.Split('\n').ToHashSet();
        return string.Join('\n', old.Except(young).Select(line => "- " + line).Concat(young.Except(old).Select(line => "+ " + line)));
    }
}
