using System.Runtime.CompilerServices;

/// <summary>A program that is nearly always in one method.</summary>
internal static class Spinning
{
    public static void Run()
    {
        Console.WriteLine($"ready {Environment.ProcessId}");
        ulong sum = 0;
        while (true)
        {
            sum += Spinner<string>.Spin(1_000_000);
            GC.KeepAlive(sum);
        }
    }

    internal static class Spinner<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static ulong Spin(int rounds)
        {
            ulong sum = (ulong)typeof(T).Name.Length;
            for (var round = 0; round < rounds; round++)
            {
                sum = (sum * 31) ^ (ulong)round;
            }

            return sum;
        }
    }
}
