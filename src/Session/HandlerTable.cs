namespace Perfmon.Session;

/// <summary>
/// Who is called for which token. Tokens are never used again: what was ready before a watch ended is no other's. Found without a lock or a detour, as a switch of sets finds
/// its caches cold, and each line of memory less is time: so this is a part of whoever has it, and not to be copied.
/// </summary>
internal struct HandlerTable
{
    private readonly Lock _gate = new();

    // A token's handler is where its low bits say; as many places as a power of two.
    private Place[] _places = new Place[16];
    private int _count;
    private int _lastToken;

    public HandlerTable()
    {
    }

    /// <returns>The handler's token.</returns>
    public int Add(IDescriptorHandler handler)
    {
        lock (_gate)
        {
            if (++_count > _places.Length / 2)
            {
                Grow();
            }

            do
            {
                _lastToken = (_lastToken + 1) & int.MaxValue;
            }
            while (PlaceOf(_lastToken, _places).Handler is not null);

            ref var place = ref PlaceOf(_lastToken, _places);
            place.Token = _lastToken;
            Volatile.Write(ref place.Handler, handler);
            return _lastToken;
        }
    }

    /// <summary>The handler of a token; null where it was removed. Called by any thread at any time.</summary>
    public IDescriptorHandler? Find(int token)
    {
        ref var place = ref PlaceOf(token, Volatile.Read(ref _places));

        // In the opposite order to that in which they are written: a handler with this token beside it has no other.
        var handler = Volatile.Read(ref place.Handler);
        return place.Token == token ? handler : null;
    }

    /// <returns>False where it was removed before.</returns>
    public bool Remove(int token)
    {
        lock (_gate)
        {
            ref var place = ref PlaceOf(token, _places);
            if (place.Handler is null || place.Token != token)
            {
                return false;
            }

            Volatile.Write(ref place.Handler, null);
            _count--;
            return true;
        }
    }

    // Tokens that differ in their low bits differ in more of them.
    private void Grow()
    {
        var larger = new Place[_places.Length * 2];
        foreach (var place in _places)
        {
            if (place.Handler is not null)
            {
                PlaceOf(place.Token, larger) = place;
            }
        }

        Volatile.Write(ref _places, larger);
    }

    private static ref Place PlaceOf(int token, Place[] places) => ref places[token & (places.Length - 1)];

    private struct Place
    {
        public int Token;
        public IDescriptorHandler? Handler;
    }
}
