using FsCheck;
using FsCheck.Fluent;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Tests.Events;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>Whatever is written to a session's registers, in whatever order, while calls fail at random: an answer or a refusal, and no leak.</summary>
public sealed class RegisterVectorProperties(ServerMachine machine) : IClassFixture<ServerMachine>
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60);

    private static readonly KernelCall[] s_calls = [KernelCall.PerfEventOpen, KernelCall.Read, KernelCall.PidfdOpen, KernelCall.EpollAdd, KernelCall.EpollCreate, KernelCall.EventCreate];

    private static readonly Errno[] s_errors = [Errno.EMFILE, Errno.EACCES, Errno.ENOENT, Errno.ESRCH, Errno.EINVAL, Errno.EBUSY, Errno.E2BIG, Errno.ENOSPC];

    private readonly HostDescription _host = machine.Description;

    [Fact]
    public void A_session_answers_or_refuses() =>
        Check.One(s_config, Prop.ForAll(Calls().ListOf().ToArbitrary(), steps => Run(steps, new RegisterMap())));

    [Fact]
    public void So_does_one_on_a_pmu() =>
        Check.One(s_config, Prop.ForAll(Calls().ListOf().ToArbitrary(), steps => Run(steps, new RegisterMap(new Amd64Model(6)))));

    private void Run(IEnumerable<Call> steps, RegisterMap map)
    {
        var kernel = ScriptedKernel.Fake();
        var options = new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip };
        using (var session = new SessionEngine(kernel, _host, map, SessionKinds.Any, options))
        {
            foreach (var step in steps)
            {
                var failure = Record.Exception(() => step.Do(session, kernel));
                Assert.True(failure is null or PerfmonException, $"{step.Name}: {failure}");
                if (session.State == SessionState.Unloaded)
                {
                    Assert.Empty(kernel.Events.Open);
                    Assert.False(session.IsStarted);
                }
            }

            // A command that goes on keeps its pidfd; those here end when they are started, and that has to be noticed.
            _ = session.State;
        }

        Assert.Empty(kernel.OpenDescriptors);
        Assert.Equal(0, kernel.WrongCloses);
    }

    private static Gen<int> Number() => Gen.OneOf(Gen.Choose(256, 262), Gen.Choose(0, 8), Gen.Choose(-1, 320), Gen.Choose(316, 319));

    private static Gen<ulong> Word() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<ulong>(),
        Gen.Elements<ulong>(0, ulong.MaxValue, 1UL << 63, 0x4300c0),
        from type in Gen.Elements<ulong>(1, 2, 4, 5, 9, 77)
        from config in Gen.Choose(0, 20)
        from extensions in Gen.Choose(0, 31)
        from rare in Gen.Choose(0, 3)
        select (1UL << 63) | (type << 32) | (uint)config | (rare == 0 ? (ulong)extensions << 56 : 0));

    private static Gen<ushort> Set() => Gen.Choose(0, 20).Select(set => (ushort)(set == 20 ? 1 : 0));

    private static Gen<PmdAttributes?> Attributes() => Gen.OneOf(
        Gen.Constant<PmdAttributes?>(null),
        from sampled in Gen.Choose(0, 319)
        from reset in Gen.Choose(250, 270)
        select (PmdAttributes?)new PmdAttributes { SampledPmds = RegisterMask.Of(sampled), ResetPmds = RegisterMask.Of(reset) });

    private static Gen<Call> Calls() => Gen.OneOf(
        from writes in (from set in Set() from number in Number() from value in Word() select new PmcWrite(set, number, value)).ArrayOf()
        select new Call($"pmcs {string.Join(' ', writes)}", (session, _) => session.WritePmcs(writes, out int _)),
        from writes in (from set in Set() from number in Number() from value in Word() from attributes in Attributes() select new PmdWrite(set, number, value, attributes)).ArrayOf()
        select new Call($"pmds {string.Join(' ', writes)}", (session, _) => session.WritePmds(writes, out int _)),
        from reads in (from set in Set() from number in Number() select new PmdRead(set, number)).ArrayOf()
        select new Call($"read {string.Join(' ', reads)}", (session, _) => session.ReadPmds(reads, out int _)),
        Gen.Elements(Target.CallingThread, Target.Thread(7), Target.AllCpus, Target.Cgroup("a"), Target.Command("true"))
            .Select(target => new Call($"attach {target}", (session, _) => session.Attach(target))),
        Gen.Elements<Call>(
            new Call("start", (session, _) => session.Start()),
            new Call("stop", (session, _) => session.Stop(toleratesEnd: true)),
            new Call("restart", (session, _) => session.Restart()),
            new Call("detach", (session, _) => session.Detach(toleratesEnd: false)),
            new Call("message", (session, _) => session.TryReadMessage(out SessionMessage _)),
            new Call("descriptor", (session, kernel) => _ = session.MessageDescriptor),
            new Call("heal", (_, kernel) => kernel.Heal()),
            new Call("end", (_, kernel) => kernel.Events.End()),
            new Call("count", (_, kernel) => kernel.Events.Happen(ulong.MaxValue / 3, 1000, 300))),
        from call in Gen.Elements(s_calls)
        from error in Gen.Elements(s_errors)
        from nth in Gen.Choose(1, 5)
        select new Call($"{call} {nth} {error}", (_, kernel) => kernel.Fail(call, error, nth)));

    private sealed record Call(string Name, Action<SessionEngine, ScriptedKernel> Do)
    {
        public override string ToString() => Name;
    }
}
