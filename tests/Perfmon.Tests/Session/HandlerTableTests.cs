using Perfmon.Session;

namespace Perfmon.Tests.Session;

public class HandlerTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_token_finds_its_handler_until_that_is_removed(int seed)
    {
        var random = new Random(seed);
        var table = new HandlerTable();
        var live = new Dictionary<int, IDescriptorHandler>();
        var gone = new List<int>();
        for (var i = 0; i < 3_000; i++)
        {
            if (live.Count == 0 || random.Next(5) < 3)
            {
                var handler = new NamedHandler();
                live.Add(table.Add(handler), handler);
            }
            else
            {
                var token = live.Keys.ElementAt(random.Next(live.Count));
                live.Remove(token);
                gone.Add(token);
                Assert.True(table.Remove(token));
                Assert.False(table.Remove(token));
            }
        }

        Assert.All(live, entry => Assert.Same(entry.Value, table.Find(entry.Key)));
        Assert.All(gone, token => Assert.Null(table.Find(token)));
        Assert.Empty(gone.Intersect(live.Keys));
    }

    [Fact]
    public void Who_looks_while_others_come_and_go_finds_a_tokens_own_handler_or_none()
    {
        var shared = new Shared();
        var last = 0;
        using var done = new CancellationTokenSource();
        var wrong = 0;
        var found = 0;
        var reader = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var token = Volatile.Read(ref last);
                if (shared.Table.Find(token) is NamedHandler handler)
                {
                    found++;

                    // Its token is written down when it has one.
                    wrong += Volatile.Read(ref handler.Token) is var own && own != 0 && own != token ? 1 : 0;
                }
            }
        });
        reader.Start();

        // Some stay, so that the table grows and places differ.
        for (var i = 0; i < 200_000 || Volatile.Read(ref found) == 0; i++)
        {
            var handler = new NamedHandler();
            var token = shared.Table.Add(handler);
            Volatile.Write(ref handler.Token, token);
            Volatile.Write(ref last, token);
            if (i % 1000 != 0)
            {
                _ = shared.Table.Remove(token);
            }
        }

        done.Cancel();
        reader.Join();
        Assert.Equal(0, wrong);
    }

    // A struct is shared as a part of something.
    private sealed class Shared
    {
        public HandlerTable Table = new();
    }

    private sealed class NamedHandler : IDescriptorHandler
    {
        public int Token;

        public bool TryServe() => true;
    }
}
