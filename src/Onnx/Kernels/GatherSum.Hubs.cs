using System.Runtime.InteropServices;

namespace MLSeqGraph.Onnx;

// Lists so long that several threads sum them: a node at which very many edges end.
internal sealed unsafe partial class GatherSum
{
    private sealed partial class Job
    {
        // A longer list is left to RunHubs.
        private const int HubEntries = 1 << 14;
        private readonly List<int> _hubs = [];

        /// <summary>Sums the lists that were left: halves of halves by themselves, then added as within a part, to the same bits.</summary>
        internal void RunHubs(KernelRun run)
        {
            if (_hubs.Count == 0)
                return;
            _hubs.Sort();
            List<(int First, int End)> pieces = [];
            foreach (var hub in _hubs)
                Cut(lists.Of(hub), pieces);
            var sums = run.Scratch<float>(pieces.Count * (long)_width);
            run.For(pieces.Count, piece => Sum(pieces[piece].First, pieces[piece].End, sums + (long)piece * _width));
            var next = sums;
            foreach (var hub in _hubs)
            {
                var sum = y + (long)hub * _width;
                new ReadOnlySpan<float>(Join(lists.Of(hub), ref next), _width).CopyTo(new(sum, _width));
                if (_scale is not null)
                    Finish<Simd1>(sum, x.Floats + (long)hub * _width, _scale[hub]);
            }
        }

        // One stretch of a list.
        private void Sum(int first, int end, float* sum)
        {
            var halves = (float*)NativeMemory.Alloc((nuint)_width, MostHalvings * sizeof(float));
            try
            {
                switch (Simd.WidthFor(_width / _heads))
                {
                    case 16: Sum<Simd512>(first, end, sum, halves); break;
                    case 8: Sum<Simd256>(first, end, sum, halves); break;
                    case 4: Sum<Simd128>(first, end, sum, halves); break;
                    default: Sum<Simd1>(first, end, sum, halves); break;
                }
            }
            finally
            {
                NativeMemory.Free(halves);
            }
        }

        private static void Cut((int First, int End) list, List<(int First, int End)> pieces)
        {
            if (list.End - list.First <= HubEntries)
            {
                pieces.Add(list);
                return;
            }
            var middle = list.First + ((list.End - list.First) >> 1);
            Cut((list.First, middle), pieces);
            Cut((middle, list.End), pieces);
        }

        // The sum of a list's pieces, in the place of the first of them.
        private float* Join((int First, int End) list, ref float* next)
        {
            if (list.End - list.First <= HubEntries)
            {
                next += _width;
                return next - _width;
            }
            var middle = list.First + ((list.End - list.First) >> 1);
            float* sum = Join((list.First, middle), ref next), half = Join((middle, list.End), ref next);
            Rows.Add(sum, half, _width);
            return sum;
        }
    }
}
