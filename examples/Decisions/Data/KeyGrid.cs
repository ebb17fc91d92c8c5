namespace Decisions.Data;

/// <summary>
/// A room of 4 x 4 places with three keys worth 1, 2 and 4 and a door. Keys are picked up where they lie; who opens the door gets what the
/// keys in hand are worth, and nothing before; when time is up, nothing. So every return from 0 to 7 is that of one choice of keys.
/// </summary>
internal sealed class KeyGrid : Game
{
    private const int Side = 4, Keys = 3, Use = 4;
    private static readonly (int X, int Y)[] Moves = [(0, -1), (0, 1), (-1, 0), (1, 0)];

    internal override string Name => "keys";

    internal override IReadOnlyList<string> Actions => ["up", "down", "left", "right", "use"];

    internal override int StateSize => 5 + 4 * Keys;

    internal override int MostSteps => 24;

    internal override float[] Asked => [0, 1, 2, 3, 4, 5, 6, 7];

    internal override string Policies => "a tenth wanders at random; the others fetch a random choice of the keys, the nearest first, four "
        + "ninths of them with a fifth of their moves at random";

    internal override Play Begin(Random random) => new Room(random, MostSteps);

    internal override Trajectory Record(Random random)
    {
        var room = new Room(random, MostSteps);
        var (wanted, slips) = (random.Next(1 << Keys), random.Next(10) switch { 0 => 1, < 5 => 0.2, _ => 0.0 });
        return Run(room, _ => random.NextDouble() < slips ? random.Next(Actions.Count) : room.Toward(wanted));
    }

    private sealed class Room : Play
    {
        // The keys' places, and the door's.
        private readonly (int X, int Y)[] _places;
        private readonly bool[] _taken = new bool[Keys];
        private readonly int _most;
        private (int X, int Y) _at;
        private int _steps;

        internal Room(Random random, int most)
        {
            _most = most;
            var free = Enumerable.Range(0, Side * Side).ToArray();
            random.Shuffle(free);
            _places = [.. free.Take(Keys + 1).Select(place => (place % Side, place / Side))];
            _at = (free[Keys + 1] % Side, free[Keys + 1] / Side);
        }

        internal override float[] State =>
        [
            _at.X, _at.Y, .. Enumerable.Range(0, Keys).SelectMany(key => (float[])(_taken[key] ? [0, 0, 0, 1]
                : [.. Way(key), 0])), .. Way(Keys),
        ];

        internal override float Step(float action)
        {
            var reward = 0f;
            if ((int)action != Use)
            {
                var (x, y) = Moves[(int)action];
                _at = (Math.Clamp(_at.X + x, 0, Side - 1), Math.Clamp(_at.Y + y, 0, Side - 1));
            }
            else if (_at == _places[Keys])
            {
                IsOver = true;
                reward = Enumerable.Range(0, Keys).Sum(key => _taken[key] ? 1 << key : 0);
            }
            else if (Array.IndexOf(_places, _at) is var key and >= 0)
                _taken[key] = true;
            IsOver |= ++_steps == _most;
            return reward;
        }

        // How far a place is along, down, and on foot.
        private float[] Way(int place)
        {
            var (x, y) = (_places[place].X - _at.X, _places[place].Y - _at.Y);
            return [x, y, Math.Abs(x) + Math.Abs(y)];
        }

        /// <summary>The next action of who fetches these keys, the nearest first, and then opens the door.</summary>
        internal int Toward(int wanted)
        {
            int Distance((int X, int Y) place) => Math.Abs(place.X - _at.X) + Math.Abs(place.Y - _at.Y);
            var next = Enumerable.Range(0, Keys).Where(key => (wanted >> key & 1) == 1 && !_taken[key]).Select(key => _places[key])
                .DefaultIfEmpty(_places[Keys]).MinBy(Distance);
            return next == _at ? Use : next.X != _at.X ? next.X < _at.X ? 2 : 3 : next.Y < _at.Y ? 0 : 1;
        }
    }
}
