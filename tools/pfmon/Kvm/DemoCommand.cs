using System.CommandLine;
using Perfmon.Kvm.Demonstration;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;

namespace Perfmon.Tool.Kvm;

/// <summary><c>pfmon kvm demo</c>: a guest that counts itself through its paravirtual PMU.</summary>
internal static class DemoCommand
{
    private const int DefaultTurns = 20_000;
    private const int MostTurns = 1_000_000_000;

    public static Command Create()
    {
        var turns = new Option<string?>("--turns", "-n") { Description = $"Turns of the guest's loop. Default: {DefaultTurns}.", HelpName = "N" };
        var migrate = OptionValues.Flag("--migrate", "Save the guest in the middle, and go on in a new machine.");
        var json = OptionValues.Flag("--json", "Write one JSON object.", "-j");
        var command = new Command("demo", "Runs a guest that counts its own instructions through a paravirtual PMU, beside what it must find.") { turns, migrate, json };
        command.SetAction(result => Run(result.Positive(turns) ?? DefaultTurns, result.GetValue(migrate), result.GetValue(json)));
        return command;
    }

    private static int Run(int turns, bool migrate, bool json)
    {
        OptionValues.Refuse(turns > MostTurns, $"--turns: {turns} is more than {MostTurns}.");
        OptionValues.Refuse(migrate && turns < 2, "--migrate: one turn has no middle. Give --turns 2 or more.");
        using var interruption = new Interruption();
        var result = Run("kvm:kvm_emulate_insn", number => SelfCountingProgram.OfInstructions((uint)turns, number, migrate), interruption.Finish);
        if (result is { Stop: GuestStop.Halted, Value: 0 } && result.Status.HasFlag(CounterStatus.Counting))
        {
            // The CPU executes real mode itself. Exits there are on every machine.
            result = Run("kvm:kvm_userspace_exit", number => SelfCountingProgram.OfExits((uint)turns, number, migrate), interruption.Finish);
        }

        if (json)
        {
            DemoText.WriteJson(Console.OpenStandardOutput(), result, turns);
        }
        else
        {
            DemoText.Write(Terminal.Output, result, turns);
        }

        return result.IsExact ? ExitCode.Success : ExitCode.Failure;
    }

    private static DemoResult Run(string hostEvent, Func<int, SelfCountingProgram> program, CancellationToken cancellation)
    {
        var accesses = new List<MsrTrace?>();
        var options = new MinimalGuestOptions { Traced = trace => accesses.Add(trace) };
        var counting = program(ParavirtualEvents.DefaultHostEvents.ToList().IndexOf(hostEvent));
        var guest = new MinimalGuest(counting.Program, options);
        try
        {
            int? stateBytes = null;
            var stop = guest.Run(cancellation);
            if (stop == GuestStop.Checkpoint)
            {
                var state = guest.Save();
                stateBytes = state.Pmus[0].Length;
                guest.Dispose();
                guest = MinimalGuest.Restore(state, options);
                accesses.Add(null);
                stop = guest.Run(cancellation);
            }

            return new DemoResult
            {
                Event = hostEvent,
                Stop = stop,
                Value = guest.Result(SelfCountingProgram.ValueResult),
                Expected = counting.Expected,
                Status = (CounterStatus)guest.Result(SelfCountingProgram.StatusResult),
                Why = guest.Pmu().WhyNotCounted(0)?.Message,
                StateBytes = stateBytes,
                Accesses = accesses,
            };
        }
        finally
        {
            guest.Dispose();
        }
    }
}
