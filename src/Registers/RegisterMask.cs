using System.Numerics;
using System.Runtime.CompilerServices;

namespace Perfmon.Registers;

/// <summary>
/// A set of register numbers: perfmon's bit vector of five 64-bit words, in which bit n is word n / 64, bit n % 64.
/// It has the same bytes as the <c>u64[5]</c> in perfmon's structures.
/// </summary>
public struct RegisterMask : IEquatable<RegisterMask>
{
    /// <summary>64-bit words in a vector.</summary>
    public const int WordCount = RegisterSpace.Count / 64;

    // Not the struct itself: foreach over an inline array walks its words, and a mask is walked by register.
    private WordArray _words;

    /// <summary>The vector that holds exactly <paramref name="registers"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not below <see cref="RegisterSpace.Count"/>.</exception>
    public static RegisterMask Of(params ReadOnlySpan<int> registers)
    {
        var mask = default(RegisterMask);
        foreach (var register in registers)
        {
            mask.Add(register);
        }

        return mask;
    }

    /// <summary>Whether no register is in the vector.</summary>
    public readonly bool IsEmpty
    {
        get
        {
            ulong any = 0;
            foreach (var word in _words)
            {
                any |= word;
            }

            return any == 0;
        }
    }

    /// <summary>How many registers are in the vector.</summary>
    public readonly int PopulationCount
    {
        get
        {
            var count = 0;
            foreach (var word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>Word <paramref name="word"/> of the vector, 0 to 4.</summary>
    public readonly ulong this[int word] => _words[word];

    /// <summary>Whether <paramref name="register"/> is in the vector; false for numbers beyond it.</summary>
    public readonly bool Contains(int register) =>
        (uint)register < RegisterSpace.Count && (_words[register >> 6] >> (register & 63) & 1) != 0;

    /// <summary>Puts <paramref name="register"/> into the vector.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not below <see cref="RegisterSpace.Count"/>.</exception>
    public void Add(int register)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)register, (uint)RegisterSpace.Count, nameof(register));
        _words[register >> 6] |= 1UL << (register & 63);
    }

    /// <summary>Takes <paramref name="register"/> out of the vector; numbers beyond it are in no vector.</summary>
    public void Remove(int register)
    {
        if ((uint)register < RegisterSpace.Count)
        {
            _words[register >> 6] &= ~(1UL << (register & 63));
        }
    }

    /// <summary>Whether every register of this vector is also in <paramref name="other"/>.</summary>
    public readonly bool IsSubsetOf(in RegisterMask other)
    {
        for (var i = 0; i < WordCount; i++)
        {
            if ((_words[i] & ~other._words[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds every register of <paramref name="other"/>.</summary>
    public void UnionWith(in RegisterMask other)
    {
        for (var i = 0; i < WordCount; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    /// <summary>The registers in the vector, in increasing order, without allocation.</summary>
    public readonly Enumerator GetEnumerator() => new(this);

    /// <inheritdoc/>
    public readonly bool Equals(RegisterMask other) => ((ReadOnlySpan<ulong>)_words).SequenceEqual(other._words);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is RegisterMask other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var word in _words)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }

    /// <summary>The numbers, as <c>0-3,16,256</c>.</summary>
    public override readonly string ToString()
    {
        var ranges = new List<string>();
        for (var start = 0; start < RegisterSpace.Count; start++)
        {
            if (!Contains(start))
            {
                continue;
            }

            var end = start;
            while (Contains(end + 1))
            {
                end++;
            }

            ranges.Add(start == end ? $"{start}" : $"{start}-{end}");
            start = end;
        }

        return string.Join(',', ranges);
    }

    /// <summary>Whether two vectors hold the same registers.</summary>
    public static bool operator ==(RegisterMask left, RegisterMask right) => left.Equals(right);

    /// <summary>Whether two vectors differ.</summary>
    public static bool operator !=(RegisterMask left, RegisterMask right) => !left.Equals(right);

    /// <summary>Walks a vector in increasing register order.</summary>
    public struct Enumerator
    {
        private readonly RegisterMask _mask;
        private ulong _rest;
        private int _word;

        internal Enumerator(in RegisterMask mask)
        {
            _mask = mask;
            _rest = mask[0];
            Current = -1;
        }

        /// <summary>The register number.</summary>
        public int Current { get; private set; }

        /// <summary>Goes to the next register.</summary>
        public bool MoveNext()
        {
            while (_rest == 0)
            {
                if (++_word == WordCount)
                {
                    return false;
                }

                _rest = _mask[_word];
            }

            Current = (_word << 6) + BitOperations.TrailingZeroCount(_rest);
            _rest &= _rest - 1;
            return true;
        }
    }

    [InlineArray(WordCount)]
    private struct WordArray
    {
        private ulong _word0;
    }
}
