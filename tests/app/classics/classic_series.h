// Series that classic forecasts are tested on.
#pragma once

#include <cmath>
#include <vector>

namespace mnemo {

// Box and Jenkins' airline passengers, 1949 to 1960, of each month.
inline std::vector<double> airline_passengers() {
  return {112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149,
          170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
          171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243,
          264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
          242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374,
          413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
          340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472,
          548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432};
}

// The Nile's flow, 1871 to 1920 (Cobb 1978), without a season.
inline std::vector<double> nile() {
  return {1120, 1160, 963, 1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110,
          994,  1020, 960, 1180, 799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220,
          1030, 1100, 774, 840,  874,  694,  940,  833,  701,  916,  692,  1020, 1050,
          969,  831,  726, 456,  824,  702,  1120, 1100, 832,  764,  821};
}

// A season of five rows, a slope and a disturbance, some of it below 0.
inline std::vector<double> around_zero() {
  const double season[] = {3.0, -1.0, 0.5, -2.5, 1.0};
  const double disturbance[] = {0.3, -0.2, 0.1, 0.4, -0.5, 0.2, -0.1};
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) values.push_back(season[i % 5] + 0.1 * i + disturbance[i % 7]);
  return values;
}

}  // namespace mnemo
