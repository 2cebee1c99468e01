using System;
using System.Collections.Generic;
using System.Linq;

namespace MixPrec.Plan;

/// <content>Text that grows with the number of different parts.</content>
internal sealed partial class IntExpr
{
    /// <summary>
    /// Parts of large expressions that are written once and referred to by number, so that text grows with the number of different parts
    /// and not with how often each is reached. Small expressions, and so those of nearly every model, have none.
    /// </summary>
    internal sealed class SharedParts
    {
        public const string Mark = "$";

        /// <summary>
        /// From this size on the parts of an expression are shared; parts below a smaller one are written where they stand.
        /// </summary>
        private const int Large = 200, Small = 20;

        public static readonly SharedParts None = new();

        private readonly Dictionary<Atom, int> _numbers = [];
        private readonly List<IntExpr> _parts = [];

        private SharedParts()
        {
        }

        /// <summary>The parts in the order of their numbers; each is made of others with smaller numbers.</summary>
        public IReadOnlyList<IntExpr> Parts => _parts;

        public static SharedParts Collect(IEnumerable<IntExpr> expressions)
        {
            var shared = new SharedParts();
            foreach (var expression in expressions.Where(e => e.Size > Large))
            {
                shared.Add(expression);
            }

            return shared._parts.Count == 0 ? None : shared;
        }

        /// <summary>The text of part <paramref name="number"/>, in which others have their numbers.</summary>
        public string Text(int number) => _parts[number].Single!.ToText(this);

        /// <summary>C# text of part <paramref name="number"/>, in which others are locals.</summary>
        public string CSharp(int number, Func<string, string> symbol, Func<int, string> local) =>
            _parts[number].Single!.ToCSharp(symbol, this, local);

        /// <summary>The parts that <paramref name="expressions"/> are made of, in order.</summary>
        public IReadOnlyList<int> In(IEnumerable<IntExpr> expressions)
        {
            var found = new SortedSet<int>();
            if (_parts.Count > 0)
            {
                foreach (var expression in expressions)
                {
                    Collect(expression, found, deep: true);
                }
            }

            return [.. found];
        }

        /// <summary>The parts whose numbers stand in the text of <paramref name="expressions"/>, in order.</summary>
        public IReadOnlyList<int> WrittenIn(IEnumerable<IntExpr> expressions)
        {
            var found = new SortedSet<int>();
            if (_parts.Count > 0)
            {
                foreach (var expression in expressions)
                {
                    Collect(expression, found, deep: false);
                }
            }

            return [.. found];
        }

        /// <summary>The number of a part, or null.</summary>
        internal int? Find(Atom atom) => _parts.Count > 0 && _numbers.TryGetValue(atom, out int number) ? number : null;

        private void Add(IntExpr expression)
        {
            foreach (var atom in expression._terms.SelectMany(t => t.Atoms).Where(a => a.Size >= Small && !_numbers.ContainsKey(a)))
            {
                Add(atom.Left!);
                Add(atom.Right!);
                if (!_numbers.ContainsKey(atom))
                {
                    _numbers.Add(atom, _parts.Count);
                    _parts.Add(IntExpr.FromAtom(atom));
                }
            }
        }

        private void Collect(IntExpr expression, SortedSet<int> found, bool deep)
        {
            foreach (var atom in expression._terms.SelectMany(t => t.Atoms).Where(a => a.Name is null))
            {
                bool isNew = Find(atom) is not { } number || found.Add(number);
                if (isNew && (deep || Find(atom) is null))
                {
                    Collect(atom.Left!, found, deep);
                    Collect(atom.Right!, found, deep);
                }
            }
        }
    }
}
