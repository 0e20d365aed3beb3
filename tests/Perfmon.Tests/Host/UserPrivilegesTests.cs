using Perfmon.Host;

namespace Perfmon.Tests.Host;

public sealed class UserPrivilegesTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Reads_an_ordinary_user_in_a_container()
    {
        var user = Read("Name:\tdot:net\nUid:\t0\t1000\t0\t0\nCapEff:\t0000004000000000\nNoNewPrivs:\t1\nSeccomp:\t2");
        Assert.Equal(1000u, user.EffectiveUserId);
        Assert.True(user.NoNewPrivileges);
        Assert.Equal(SeccompMode.Filter, user.Seccomp);
        Assert.Equal([Capability.Perfmon], Enum.GetValues<Capability>().Where(user.Holds));
    }

    [Theory]
    [InlineData("0000000000004000", Capability.IpcLock)]
    [InlineData("0000000000080000", Capability.SysPtrace)]
    [InlineData("0000000000200000", Capability.SysAdmin)]
    [InlineData("0000000001000000", Capability.SysResource)]
    [InlineData("0000000400000000", Capability.Syslog)]
    [InlineData("0000004000000000", Capability.Perfmon)]
    public void A_capability_is_its_bit(string bits, Capability capability) =>
        Assert.Equal([capability], Enum.GetValues<Capability>().Where(Read($"CapEff:\t{bits}").Holds));

    [Theory]
    [InlineData("         0          0 4294967295", true)]
    [InlineData("         0       1000          1", false)]
    [InlineData("         0          0          1", false)]
    [InlineData("0 1000 1\n1 100000 65536", false)]
    public void Knows_a_user_namespace_of_its_own(string map, bool isInitial) =>
        Assert.Equal(isInitial, _host.File("proc/self/uid_map", map).Read().User.IsInInitialUserNamespace);

    [Fact]
    public void Without_a_status_it_may_nothing()
    {
        var user = _host.Read().User;
        Assert.Null(user.EffectiveUserId);
        Assert.Equal(0ul, user.EffectiveCapabilities);
        Assert.True(user.IsInInitialUserNamespace);
    }

    [Theory]
    [InlineData("Uid:\troot\troot")]
    [InlineData("Uid:\t0")]
    [InlineData("Uid:\t0\t4294967296\t0\t0")]
    [InlineData("Uid:")]
    [InlineData("CapEff:\tall")]
    [InlineData("Seccomp:\ton")]
    [InlineData("NoNewPrivs:\t-1")]
    public void What_makes_no_sense_gives_no_rights_and_is_named(string status)
    {
        var host = _host.File("proc/self/status", status).Read();
        Assert.Null(host.User.EffectiveUserId);
        Assert.Equal(0ul, host.User.EffectiveCapabilities);
        var field = status[..status.IndexOf(':', StringComparison.Ordinal)];
        Assert.StartsWith($"{_host.PathOf("proc/self/status")}: '{field}' is ", Assert.Single(host.Problems), StringComparison.Ordinal);
    }

    private UserPrivileges Read(string status) => _host.File("proc/self/status", status).Read().User;
}
