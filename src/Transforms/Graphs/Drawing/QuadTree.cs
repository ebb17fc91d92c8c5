namespace MLSeqGraph.Transforms;

/// <summary>Points of a plane in squares within squares, so that far ones push together (Barnes and Hut 1986).</summary>
internal sealed class QuadTree
{
    // Points closer than a square of this depth share it.
    private const int Deepest = 30;

    // A square is taken as one point where it is this much narrower than it is far.
    private const double Opening = 0.9;

    private readonly List<int> _first = [];
    private readonly List<double> _x = [], _y = [], _mass = [];
    private double _left, _top, _size;
    private readonly int[] _stack = new int[4 * (Deepest + 2)];
    private readonly double[] _widths = new double[4 * (Deepest + 2)];

    internal void Build(double[] x, double[] y)
    {
        _first.Clear();
        _x.Clear();
        _y.Clear();
        _mass.Clear();
        (_left, _top) = (x.Min(), y.Min());
        _size = Math.Max(1e-9, Math.Max(x.Max() - _left, y.Max() - _top));
        AddSquare();
        for (var i = 0; i < x.Length; i++)
            Insert(x[i], y[i]);
    }

    /// <summary>The sum over all points of what pushes a point away, strength / distance each.</summary>
    internal (double X, double Y) Push(double x, double y, double strength)
    {
        double dx = 0, dy = 0;
        var top = 0;
        (_stack[top], _widths[top++]) = (0, _size);
        while (top > 0)
        {
            var square = _stack[--top];
            var width = _widths[top];
            if (_mass[square] == 0)
                continue;
            double awayX = x - _x[square] / _mass[square], awayY = y - _y[square] / _mass[square];
            var squared = awayX * awayX + awayY * awayY;
            if (_first[square] >= 0 && width * width > Opening * Opening * squared)
            {
                for (var part = 0; part < 4; part++)
                    (_stack[top], _widths[top++]) = (_first[square] + part, width / 2);
                continue;
            }
            // the point itself, or others in its very place, push nowhere
            if (squared < 1e-18)
                continue;
            var push = strength * _mass[square] / squared;
            dx += awayX * push;
            dy += awayY * push;
        }
        return (dx, dy);
    }

    private void AddSquare()
    {
        _first.Add(-1);
        _x.Add(0);
        _y.Add(0);
        _mass.Add(0);
    }

    private void Insert(double x, double y)
    {
        var square = 0;
        double left = _left, top = _top, size = _size;
        for (var depth = 0; ; depth++)
        {
            if (_first[square] < 0 && _mass[square] > 0 && depth < Deepest)
                Divide(square, left, top, size);
            _x[square] += x;
            _y[square] += y;
            _mass[square]++;
            if (_first[square] < 0)
                return;
            size /= 2;
            square = _first[square] + Part(x, y, ref left, ref top, size);
        }
    }

    // Its only point, or points of one place, go down one level.
    private void Divide(int square, double left, double top, double size)
    {
        _first[square] = _first.Count;
        for (var part = 0; part < 4; part++)
            AddSquare();
        double x = _x[square] / _mass[square], y = _y[square] / _mass[square];
        var into = _first[square] + Part(x, y, ref left, ref top, size / 2);
        (_x[into], _y[into], _mass[into]) = (_x[square], _y[square], _mass[square]);
    }

    private static int Part(double x, double y, ref double left, ref double top, double half)
    {
        var part = 0;
        if (x >= left + half)
        {
            part = 1;
            left += half;
        }
        if (y >= top + half)
        {
            part += 2;
            top += half;
        }
        return part;
    }
}
